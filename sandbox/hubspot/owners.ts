/** "Owners": `GET /crm/v3/owners`, with `?email=`, and one by its id. */
import { count, type SandboxAnswer, type SandboxRequest } from "../crm.ts";
import type { StoredRecord } from "../table.ts";
import { problem, toItem } from "./answers.ts";
import { missingScope } from "./scopes.ts";
import type { State } from "./state.ts";

export const OWNERS = /^\/crm\/v3\/owners(?:\/([^/]*))?$/;

export function owners(state: State, { query }: SandboxRequest, id: string | undefined): SandboxAnswer {
  count(state.stats, "owners");
  const refusal = missingScope(state.options.withoutScopes ?? [], "owners", "read");
  if (refusal !== undefined) return refusal;
  const all = state.account.table("owners")?.all() ?? [];
  if (id !== undefined && id !== "") {
    const one = all.find((record) => record.id === id);
    return one === undefined
      ? problem(404, "OBJECT_NOT_FOUND", `No owner with id ${id}`)
      : { status: 200, body: toOwner(one) };
  }
  const email = query.get("email");
  const found = all.filter(({ values }) => email === null || values.email === email.toLowerCase());
  return { status: 200, body: { results: found.map(toOwner) } };
}

function toOwner(record: StoredRecord): unknown {
  const { id, createdAt, updatedAt } = toItem(record);
  const { email, firstName, lastName } = record.values;
  return { id, type: "PERSON", email, firstName, lastName, createdAt, updatedAt, archived: false };
}
