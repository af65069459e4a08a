/** Values of CRM fields. */
import type { FieldValue } from "../../connectors/connector.ts";

/** CRMs compare such as e-mail addresses whatever their case. */
export function isSameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether the CRM holds nothing there. */
export function isEmpty(value: FieldValue | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}
