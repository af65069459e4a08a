/** What became of a record that could not be written to: merged away or converted, it lives on as another one. */
import type { CrmRecord, FindQuery, RecordWrite } from "../connector.ts";
import { ConvertedError, CrmError, NotFoundError, RejectedError } from "../errors.ts";
import { canBeMerged } from "./recycle-bin.ts";

export interface LivingOnDeps {
  readonly find: (query: FindQuery) => Promise<readonly CrmRecord[]>;
  readonly recordUrl: (object: string, id: string) => string;
}

/** @returns the error, or one that also says where the record lives on, or that this cannot be asked for now */
export async function livingOn(deps: LivingOnDeps, write: RecordWrite, error: unknown): Promise<unknown> {
  try {
    if (error instanceof NotFoundError) await lookForSurvivor(deps, write);
    const isConverted = error instanceof RejectedError && error.code === "CANNOT_UPDATE_CONVERTED_LEAD";
    return isConverted ? await converted(deps, write, error) : error;
  } catch (said) {
    // What refuses the look says nothing of the record.
    return said instanceof CrmError && (said.retry || said instanceof NotFoundError) ? said : error;
  }
}

/** @throws NotFoundError that names the record that is left, if there is one */
async function lookForSurvivor({ find }: LivingOnDeps, { object, target }: RecordWrite): Promise<void> {
  if (target.by === "id" && canBeMerged(object)) await find({ object, by: { id: target.id }, select: [] });
}

/** "Lead": ConvertedContactId says which contact it became. */
async function converted({ find, recordUrl }: LivingOnDeps, write: RecordWrite, error: CrmError): Promise<CrmError> {
  for (const { object, by } of leadsOf(write)) {
    const [lead] = await find({ object, by, select: ["ConvertedContactId"] });
    const id = lead?.values.ConvertedContactId;
    if (lead === undefined || typeof id !== "string") continue;
    const { message, code, fields, requestId } = error;
    const said = { ...(code !== undefined && { code }), fields, requestId, object: write.object };
    const from = { object, id: "id" in by ? by.id : lead.id };
    const url = recordUrl("Contact", id);
    return new ConvertedError(`${message}. It became ${url}`, { ...said, from, became: { object: "Contact", id } });
  }
  return error;
}

/** Those that the write may have been refused for: the record itself, or what it links to. */
function leadsOf({ object, target, links }: RecordWrite): Pick<FindQuery, "object" | "by">[] {
  if (!isLead(object)) {
    return links
      .filter(({ toObject }) => isLead(toObject))
      .map((link) => ({ object: link.toObject, by: { id: link.toId } }));
  }
  return [{ object, by: target.by === "id" ? { id: target.id } : { field: target.field, value: target.value } }];
}

/** The one object whose records can be converted. */
export function isLead(object: string): boolean {
  return object.toLowerCase() === "lead";
}
