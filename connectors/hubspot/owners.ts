/** Owners, the account's users that records are assigned to: an API of their own, which finds them by e-mail. */
import { z } from "zod";
import type { CrmRecord, FieldDescription, FindQuery, ObjectDescription } from "../connector.ts";
import { MisconfiguredError, NotFoundError, UnavailableError } from "../errors.ts";
import type { HubspotHttp } from "./http.ts";

export const OWNERS = "owners";

/** "Owners": what one answers with beside its id. */
const owner = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  email: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  archived: z.boolean().nullish(),
});
const FIELDS = ["email", "firstName", "lastName"] as const;
const ownersAnswer = z.looseObject({ results: z.array(owner) });

/** @throws CrmError; MisconfiguredError where they are looked for by anything but e-mail or id */
export async function findOwners(http: HubspotHttp, { by, select }: FindQuery): Promise<readonly CrmRecord[]> {
  const record = ({ id, ...values }: z.infer<typeof owner>): CrmRecord => ({
    object: OWNERS,
    id,
    values: Object.fromEntries(
      select.map((name) => [name, FIELDS.some((one) => one === name) ? textOf(values[name]) : null]),
    ),
  });
  if ("id" in by) return await byId(http, by.id, record);
  if ("link" in by || by.field !== "email") {
    throw new MisconfiguredError("HubSpot finds owners by `email` alone.", { object: OWNERS });
  }
  const path = `/crm/v3/owners?email=${encodeURIComponent(by.value)}&limit=100&archived=false`;
  const context = { target: "lookup", values: { email: by.value } } as const;
  const { body, requestId } = await http.send({
    method: "GET",
    path,
    operation: "find",
    object: OWNERS,
    records: 1,
    context,
  });
  const answer = ownersAnswer.safeParse(body);
  if (!answer.success)
    throw new UnavailableError("HubSpot's list of owners cannot be read.", { object: OWNERS, requestId });
  const isAsked = (one: z.infer<typeof owner>): boolean => one.email?.toLowerCase() === by.value.trim().toLowerCase();
  return answer.data.results.filter((one) => one.archived !== true && isAsked(one)).map(record);
}

async function byId(
  http: HubspotHttp,
  id: string,
  record: (raw: z.infer<typeof owner>) => CrmRecord,
): Promise<readonly CrmRecord[]> {
  try {
    const path = `/crm/v3/owners/${encodeURIComponent(id)}`;
    const context = { target: "lookup" } as const;
    const call = { method: "GET", path, operation: "find", object: OWNERS, records: 1, context } as const;
    const { body, requestId } = await http.send(call);
    const answer = owner.safeParse(body);
    if (!answer.success) throw new UnavailableError("HubSpot's owner cannot be read.", { object: OWNERS, requestId });
    return answer.data.archived === true ? [] : [record(answer.data)];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** There are no properties of owners to ask for. */
export function describeOwners(): ObjectDescription {
  const field = (name: string): FieldDescription => ({
    ...{ name, label: name, kind: "string" as const },
    ...{ createable: false, updateable: false, required: false, unique: name === "email" },
  });
  return { name: OWNERS, fields: new Map(FIELDS.map((name) => [name, field(name)])), createable: false };
}
