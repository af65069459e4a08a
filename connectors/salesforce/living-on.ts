/** What became of a record that could not be written to: merged away or converted, it lives on as another one. */
import type { Connector, CrmRecord, FindQuery, RecordWrite } from "../connector.ts";
import { ConvertedError, CrmError, NotFoundError, type RecordPlace, RejectedError } from "../errors.ts";
import { canBeMerged } from "./recycle-bin.ts";

export interface LivingOnDeps {
  readonly find: (query: FindQuery) => Promise<readonly CrmRecord[]>;
  readonly recordUrl: (object: string, id: string) => string;
}

/** @returns the error, or one that also says where the record lives on, that it is there, or that this cannot be asked for now */
export async function livingOn(deps: LivingOnDeps, write: RecordWrite, error: unknown): Promise<unknown> {
  try {
    if (error instanceof NotFoundError) return (await isThere(deps, write)) ? notItself(write, error) : error;
    const isConverted = error instanceof RejectedError && error.code === "CANNOT_UPDATE_CONVERTED_LEAD";
    return isConverted ? await converted(deps, write, error) : error;
  } catch (said) {
    // What refuses the look says nothing of the record.
    return said instanceof CrmError && (said.retry || said instanceof NotFoundError) ? said : error;
  }
}

/** Asked where it may live on, or where what it refers to may be what is gone. @throws NotFoundError that names the record that is left */
async function isThere({ find }: LivingOnDeps, write: RecordWrite): Promise<boolean> {
  const { object, target } = write;
  if (target.by !== "id" || !(canBeMerged(object) || refersToOthers(write))) return false;
  return (await find({ object, by: { id: target.id }, select: [] })).length > 0;
}

/** Not every org names the field whose record is gone. */
function refersToOthers({ links, values }: RecordWrite): boolean {
  return links.length > 0 || Object.values(values).some((value) => ID.test(String(value)));
}

const ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

function notItself({ object }: RecordWrite, { message, code, fields, requestId }: CrmError): RejectedError {
  const said = { ...(code !== undefined && { code }), fields, requestId, object };
  return new RejectedError(`${message.replace(/\.?$/, ".")} The ${object} is there: what it refers to is not.`, said);
}

/** "Lead": ConvertedContactId says which contact it became. */
async function converted({ find, recordUrl }: LivingOnDeps, write: RecordWrite, error: CrmError): Promise<CrmError> {
  for (const { object, by } of leadsOf(write)) {
    const conversion = await conversionOf(find, object, by);
    if (conversion === undefined) continue;
    const { leadId, became } = conversion;
    const { message, code, fields, requestId } = error;
    const said = { ...(code !== undefined && { code }), fields, requestId, object: write.object };
    const from = { object, id: "id" in by ? by.id : leadId };
    const url = recordUrl(became.object, became.id);
    return new ConvertedError(`${message}. It became ${url}`, { ...said, from, became });
  }
  return error;
}

interface Conversion {
  readonly leadId: string;
  readonly became: RecordPlace;
}

async function conversionOf(
  find: LivingOnDeps["find"],
  object: string,
  by: FindQuery["by"],
): Promise<Conversion | undefined> {
  const [lead] = await find({ object, by, select: ["ConvertedContactId"] });
  const id = lead?.values.ConvertedContactId;
  return lead === undefined || typeof id !== "string"
    ? undefined
    : { leadId: lead.id, became: { object: "Contact", id } };
}

/** What a record became that somebody converted; of all others nothing is asked. */
export function createBecame(find: LivingOnDeps["find"]): NonNullable<Connector["became"]> {
  return async ({ object, id }) => (isLead(object) ? (await conversionOf(find, object, { id }))?.became : undefined);
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
