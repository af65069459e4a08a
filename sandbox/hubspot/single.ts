/** Calls of "CRM objects" on one record: read, create, update, archive. */
import { count, type SandboxAnswer, type SandboxRequest } from "../crm.ts";
import type { Values } from "../table.ts";
import { noInputs, problem, refused, refusedAtGateway, toItem } from "./answers.ts";
import { type Input, writeOne } from "./batch.ts";
import { isUnique, locate, type State } from "./state.ts";

/** @param id as in the path: HubSpot's own, or a value of the property that `idProperty` names; empty for a new record */
export function single(
  state: State,
  { method, query }: Pick<SandboxRequest, "method" | "query">,
  type: string,
  id: string,
  body: Values,
): SandboxAnswer {
  const idProperty = query.get("idProperty") ?? undefined;
  if (idProperty !== undefined && !isUnique(state, type, idProperty)) {
    return problem(400, "VALIDATION_ERROR", `Property '${idProperty}' is not unique and cannot be used as idProperty`);
  }
  const record = id === "" ? undefined : locate(state, type, idProperty, id);
  switch (method) {
    case "GET": {
      count(state.stats, "read one");
      if (record === undefined) return nobody();
      return { status: 200, body: toItem(record, query.get("properties")?.split(",")) };
    }
    case "DELETE": {
      // Archiving what does not exist is answered like archiving what does.
      if (record !== undefined) state.account.table(type)?.remove(record);
      return { status: 204 };
    }
    case "POST":
      return id === "" ? write(state, type, "create", body) : refusedAtGateway(405, "Method Not Allowed");
    case "PATCH":
      if (record === undefined) return nobody();
      return write(state, type, "update", { ...(body as Input), id: record.id });
    default:
      return refusedAtGateway(405, "Method Not Allowed");
  }
}

function write(state: State, type: string, operation: "create" | "update", input: Input): SandboxAnswer {
  if (input.properties === undefined) return noInputs();
  count(state.stats, `${operation} one`);
  const result = writeOne(state, type, operation, input);
  if ("refusal" in result) return refused(result.refusal);
  return { status: result.created ? 201 : 200, body: toItem(result.record, Object.keys(input.properties)) };
}

function nobody(): SandboxAnswer {
  return problem(404, "OBJECT_NOT_FOUND", "Object not found. objectId are usually numeric.");
}
