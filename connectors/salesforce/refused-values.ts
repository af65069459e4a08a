/** Which fields Salesforce refuses a record for because of their values, so that it may take the record without them. */
import type { FieldValues } from "../connector.ts";
import type { SalesforceFault } from "./faults.ts";

/** "Core Data Types: StatusCode": those that speak of what a field holds. A validation rule names a field where its admin chose one. */
const VALUE_CODES = new Set([
  "FIELD_CUSTOM_VALIDATION_EXCEPTION",
  "FIELD_INTEGRITY_EXCEPTION",
  "INVALID_CURRENCY_ISO",
  "INVALID_EMAIL_ADDRESS",
  "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
  "INVALID_TYPE_ON_FIELD_IN_RECORD",
  "JSON_PARSER_ERROR",
  "NUMBER_OUTSIDE_VALID_RANGE",
  "STRING_TOO_LONG",
  "TEXT_DATA_OUTSIDE_SUPPORTED_CHARSET",
]);

/** @param faults all that was said of the record; one about anything else, or about no field, makes that none */
export function refusedValues(faults: readonly SalesforceFault[], sent: FieldValues = {}): readonly string[] {
  if (!faults.every(({ code, fields }) => VALUE_CODES.has(code) && fields.length > 0)) return [];
  const named = new Set(faults.flatMap(({ fields }) => fields));
  return [...new Set([...named].flatMap((field) => [field, ...statesOf(field).filter((state) => state in sent)]))];
}

/** A state stands and falls with its country: alone it would be refused next, or be taken for another country's. */
function statesOf(field: string): string[] {
  const prefix = /^(\w*)Country(?:Code)?$/.exec(field)?.[1];
  return prefix === undefined ? [] : [`${prefix}State`, `${prefix}StateCode`];
}
