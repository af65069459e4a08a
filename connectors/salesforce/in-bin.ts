/**
 * An upsert by an external id whose record lies in the recycle bin. An org may find it there and refuse the write, although the bin
 * keeps nobody from making a record with the same id.
 */
import type { CrmRecord, FindQuery, RecordWrite } from "../connector.ts";
import { RejectedError } from "../errors.ts";

/** @returns the write that makes the record anew; undefined where that is not what the refusal is about. @throws CrmError */
export async function madeAnew(
  find: (query: FindQuery) => Promise<readonly CrmRecord[]>,
  write: RecordWrite,
  error: unknown,
): Promise<RecordWrite | undefined> {
  const { object, target } = write;
  if (target.by !== "external_id" || !(error instanceof RejectedError) || error.code !== "ENTITY_IS_DELETED") return;
  const own = new Set(["id", target.field.toLowerCase()]);
  if (!error.fields.every((field) => own.has(field.toLowerCase()))) return;
  const { field, value } = target;
  // One that is there is not what was deleted: what it refers to is.
  const [there] = await find({ object, by: { field, value }, select: [] });
  return there === undefined ? { ...write, target: { by: "match", field, value } } : undefined;
}
