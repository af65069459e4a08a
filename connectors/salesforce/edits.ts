/**
 * Who wrote a record last. Salesforce tells it of the record and not of its fields, unless an admin tracks their history: each
 * field is said to be from whoever wrote any of them.
 */
import { z } from "zod";
import type { Connector, FindQuery } from "../connector.ts";
import type { Edit } from "../edits.ts";
import { CrmError, NotFoundError } from "../errors.ts";
import type { SalesforceHttp } from "./http.ts";

const NAME = "LastModifiedBy.Name";

export function createEdits(http: SalesforceHttp, find: Connector["find"]): NonNullable<Connector["edits"]> {
  const ourId = createIdentity(http);
  return async (object, id, fields) => {
    const query = { object, by: { id }, select: ["LastModifiedById", "LastModifiedDate"], also: [NAME] };
    const record = await leftOf(find, query);
    if (record === undefined) return [];
    const { LastModifiedById: userId, LastModifiedDate: date, [NAME]: name } = record.values;
    const by = textOf(name) ?? textOf(userId);
    const at = instantOf(date);
    const isOurs = isSame(textOf(userId), await ourId());
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

const resources = z.looseObject({ identity: z.string().max(2_000) });
const USER_ID = /\/(005[a-zA-Z0-9]{12})(?:[a-zA-Z0-9]{3})?\/?$/;

/** "Resources by Version" names our user, at one call. What does not name them is not asked again. */
function createIdentity(http: SalesforceHttp): () => Promise<string | undefined> {
  let asked: Promise<string | undefined> | undefined;
  async function ask(): Promise<string | undefined> {
    try {
      const { body } = await http.send({ method: "GET", path: "/", operation: "identity" });
      return USER_ID.exec(resources.safeParse(body).data?.identity ?? "")?.[1];
    } catch (error) {
      if (error instanceof CrmError && !error.retry) return undefined;
      asked = undefined;
      throw error;
    }
  }
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** "ID field type": the last 3 of 18 characters only say which of the others are capitals. */
function isSame(id: string | undefined, ourId: string | undefined): boolean | undefined {
  return id === undefined || ourId === undefined ? undefined : id.slice(0, 15) === ourId;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Salesforce writes `+0000` where ISO has `Z`. */
function instantOf(value: unknown): string | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
