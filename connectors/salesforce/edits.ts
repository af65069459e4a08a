/**
 * Who wrote a record last. Salesforce tells it of the record and not of its fields, unless an admin tracks their history: each
 * field is said to be from whoever wrote any of them.
 */
import type { Connector, FindQuery } from "../connector.ts";
import type { Edit } from "../edits.ts";
import { NotFoundError } from "../errors.ts";
import { isSameUser, type OurId } from "./identity.ts";

const NAME = "LastModifiedBy.Name";

export function createEdits(ourId: OurId, find: Connector["find"]): NonNullable<Connector["edits"]> {
  return async (object, id, fields) => {
    const query = { object, by: { id }, select: ["LastModifiedById", "LastModifiedDate"], also: [NAME] };
    const record = await leftOf(find, query);
    if (record === undefined) return [];
    const { LastModifiedById: userId, LastModifiedDate: date, [NAME]: name } = record.values;
    const by = textOf(name) ?? textOf(userId);
    const at = instantOf(date);
    const isOurs = isSameUser(textOf(userId), await ourId());
    return fields.map((field): Edit => ({ field, at, by, isOurs }));
  };
}

async function leftOf(find: Connector["find"], query: FindQuery) {
  try {
    return (await find(query))[0];
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Salesforce writes `+0000` where ISO has `Z`. */
function instantOf(value: unknown): string | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
