/** Rows of an sObject Collections call: what is sent for a write, and what the result of one means. */
import { z } from "zod";
import type { FieldValue, FieldValues, RecordWrite, SavedRecord } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { toCrmError } from "./errors.ts";
import { readFault } from "./faults.ts";
import { identifier } from "./soql.ts";

const resultRow = z.looseObject({
  id: z.string().min(1).nullish(),
  success: z.boolean(),
  created: z.boolean().nullish(),
  errors: z.array(z.unknown()).nullish(),
});

export function toRow({ object, target, values, links, unlink = [] }: RecordWrite): Record<string, unknown> {
  const key = target.by === "id" ? { id: target.id } : { [target.field]: target.value };
  const lookups: Record<string, FieldValue> = {};
  for (const link of unlink) lookups[identifier(link.via)] = null;
  for (const link of links) lookups[identifier(link.via)] = link.toId;
  return { attributes: { type: object }, ...values, ...lookups, ...key };
}

/** Everything in a row that Salesforce might quote. */
export function sentValues({ target, values }: RecordWrite): FieldValues {
  return target.by === "id" ? values : { ...values, [target.field]: target.value };
}

/** A row that says nothing, neither an id nor an error, is no success: comparable integrations lost records this way. */
export function toAnswer(write: RecordWrite, raw: unknown, requestId: string | undefined): SavedRecord | Error {
  const { object, target } = write;
  const row = resultRow.safeParse(raw);
  if (!row.success) return silent(object, requestId);
  const { success, id, created, errors } = row.data;
  if (success) {
    if (target.by === "id" && id && id.slice(0, 15) !== target.id.slice(0, 15)) return strange(object, requestId);
    const known = id ?? (target.by === "id" ? target.id : undefined);
    return known === undefined
      ? silent(object, requestId)
      : { id: known, created: target.by === "match" || (created ?? false) };
  }
  const [fault, ...more] = (errors ?? []).map((one) => readFault(one, raw)).filter((one) => one !== undefined);
  if (fault === undefined) return silent(object, requestId);
  return toCrmError(fault, {
    object,
    target: target.by === "id" ? "id" : "external_id",
    values: sentValues(write),
    requestId,
    more,
  });
}

function strange(object: string, requestId: string | undefined): Error {
  return new UnavailableError("Salesforce's result is another record's than the one that was written.", {
    object,
    requestId,
  });
}

function silent(object: string, requestId: string | undefined): Error {
  return new UnavailableError("Salesforce accepted the call but said nothing about this record.", {
    object,
    requestId,
  });
}
