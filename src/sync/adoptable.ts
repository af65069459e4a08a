/** Which records of the CRM a plan may take for its own. */
import type { CrmRecord } from "../../connectors/connector.ts";
import type { DuplicateError } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { isEmpty, isSameText } from "./values.ts";

/** Whether it bears our external id of the plan's person, purchase or booking. */
export function isOurs({ identity }: RecordPlan, record: CrmRecord): boolean {
  return identity.value !== undefined && record.values[identity.field] === identity.value;
}

/**
 * Whether it is another booking's or purchase's: two of them are never one record. People are another matter, since
 * BookingBug may know one under several ids.
 */
export function isForeign(plan: RecordPlan, record: CrmRecord): boolean {
  const isAPerson = plan.scope.kind === "shared" && plan.scope.of !== "purchase";
  return !isAPerson && !isEmpty(record.values[plan.identity.field]) && !isOurs(plan, record);
}

/**
 * Whether a record that the CRM names as in the way of a write is what the plan means. One that only shares a value which
 * the mapping does not recognise by is somebody else's.
 *
 * @param record with the plan's external id and match fields
 */
export function isMeant(plan: RecordPlan, record: CrmRecord, error: DuplicateError): boolean {
  if (isOurs(plan, record)) return true;
  if (isForeign(plan, record)) return false;
  const recognisedBy = [plan.identity, ...plan.match];
  const shares = recognisedBy.filter(
    ({ field, value }) => value !== undefined && isSameText(String(record.values[field] ?? ""), value),
  );
  const named = recognisedBy.filter(({ field }) => error.fields.some((name) => isSameText(name, field)));
  // A CRM knows more of a record than its field says, such as further e-mail addresses.
  return error.fields.length === 0 ? shares.length > 0 : named.length > 0;
}
