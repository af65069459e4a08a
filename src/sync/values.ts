/** Values of CRM fields. */
import type { FieldValue } from "../../connectors/connector.ts";

/** Whether the CRM holds nothing there. */
export function isEmpty(value: FieldValue | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}
