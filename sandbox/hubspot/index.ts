/**
 * A make-believe HubSpot account: the calls of "CRM objects", "Associations" and "Properties", under dated paths and the
 * legacy ones, with HubSpot's own refusals and rate limits.
 */
import { count, createStats, type SandboxAnswer, type SandboxCrm, type SandboxRequest } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { StoredRecord, Values } from "../table.ts";
import { alterProperty } from "./alter.ts";
import { noSuchPath, problem, refusedAtGateway, toItem } from "./answers.ts";
import { associations, listLabels } from "./associations.ts";
import { batch } from "./batch.ts";
import { PERSON } from "./history.ts";
import { createLimits } from "./limits.ts";
import type { HubspotSandboxOptions } from "./options.ts";
import { OWNERS, owners } from "./owners.ts";
import { createProperty, listProperties, propertyGroups } from "./properties.ts";
import { createSchema, typeName } from "./schema.ts";
import { missingScope } from "./scopes.ts";
import { search } from "./search.ts";
import { single } from "./single.ts";
import { createState, empty, locate } from "./state.ts";

const OBJECTS = /^\/crm\/(?:objects\/\d{4}-\d{2}|v3\/objects)\/([^/]+)(\/.*)?$/;
const ASSOCIATIONS = /^\/crm\/(?:associations\/\d{4}-\d{2}|v4\/associations)\/([^/]+)\/([^/]+)(\/.*)$/;
const PROPERTIES = /^\/crm\/(?:properties\/\d{4}-\d{2}|v3\/properties)\/([^/]+)(?:\/([^/]+))?$/;
const BATCH = /^\/batch\/(read|create|update|upsert)$/;

export function createHubspotSandbox(options: HubspotSandboxOptions): SandboxCrm {
  const stats = createStats();
  const state = createState(options, stats);
  const limits = createLimits(options, stats);
  const { withoutScopes = [] } = options;
  let refusedTokens = new Set<string>();

  function handle(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    const token = String(request.headers.authorization ?? "").replace(/^Bearer */, "");
    if (fault?.type === "expire_token") refusedTokens.add(token);
    if (token === "" || token === "wrong" || refusedTokens.has(token)) {
      refusedTokens = new Set([...refusedTokens].filter((one) => one !== token || fault === undefined));
      return problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.");
    }
    const isSearch = request.path.endsWith("/search");
    const limited = limits.refuse(isSearch);
    if (limited !== undefined) return limited;
    const answer = route(request, fault);
    return isSearch ? answer : { ...answer, headers: { ...answer.headers, ...limits.headers() } };
  }

  function route(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    if (request.body !== "" && !/^application\/json\b/.test(String(request.headers["content-type"]))) {
      return refusedAtGateway(415, "Unsupported Media Type");
    }
    const body = parse(request.body);
    if (body === undefined) return problem(400, "VALIDATION_ERROR", "Invalid input JSON on line 1, column 1");
    const [, from, to, call] = ASSOCIATIONS.exec(request.path) ?? [];
    if (from !== undefined && to !== undefined) {
      const [one, other] = [typeName(from), typeName(to)];
      const isLabels = request.method === "GET" && call === "/labels";
      const isRead = call === "/batch/read" || isLabels;
      const refusal =
        missingScope(withoutScopes, one, isRead ? "read" : "write") ?? unknownType(one) ?? unknownType(other);
      if (refusal === undefined && isLabels) return listLabels(state, one, other);
      return refusal ?? associations(state, one, other, call ?? "", body, fault);
    }
    const [, described, ofThem] = PROPERTIES.exec(request.path) ?? [];
    if (described !== undefined) return properties(request, typeName(described), ofThem, body);
    const owner = OWNERS.exec(request.path);
    if (owner !== null) return owners(state, request, owner[1]);
    const [, object, rest = ""] = OBJECTS.exec(request.path) ?? [];
    return object === undefined ? noSuchPath() : objects(request, typeName(object), rest, body, fault);
  }

  function unknownType(type: string): SandboxAnswer | undefined {
    if (state.account.schema[type] !== undefined) return undefined;
    return problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${type}`);
  }

  function objects(
    request: SandboxRequest,
    type: string,
    rest: string,
    body: Values,
    fault: FaultAction | undefined,
  ): SandboxAnswer {
    const operation = BATCH.exec(rest)?.[1] as "read" | "create" | "update" | "upsert" | undefined;
    const isRead = operation === "read" || rest === "/search" || request.method === "GET";
    const refusal = unknownType(type) ?? missingScope(withoutScopes, type, isRead ? "read" : "write");
    if (refusal !== undefined) return refusal;
    if (request.method === "POST" && operation !== undefined) return batch(state, type, operation, body, fault);
    if (request.method === "POST" && rest === "/search") return search(state, type, body, request.body.length);
    if (request.method === "POST" && rest === "/merge") return mergeTwo(type, body);
    if (request.method === "GET" && rest === "") return list(type, request.query);
    return single(state, request, type, decodeURIComponent(rest.slice(1)), body);
  }

  function list(type: string, query: URLSearchParams): SandboxAnswer {
    count(stats, "list");
    const limit = Number(query.get("limit") ?? 10);
    const table = state.account.table(type);
    const archived = (): StoredRecord[] => table?.everything().filter(({ deleted }) => deleted) ?? [];
    const first = query.get("archived") === "true" ? archived().slice(0, limit) : (table?.first(limit) ?? []);
    return { status: 200, body: { results: first.map((record) => toItem(record)) } };
  }

  /** "Merge two records of one type": the survivor keeps its id. */
  function mergeTwo(type: string, { primaryObjectId, objectIdToMerge }: Values): SandboxAnswer {
    count(stats, "merge");
    const ids = [primaryObjectId, objectIdToMerge].map(String);
    const [survivor, other] = ids.map((id) => locate(state, type, undefined, id));
    if (survivor === undefined || other === undefined || survivor === other) {
      return problem(400, "VALIDATION_ERROR", "The records to merge must be two that exist");
    }
    merge(type, survivor.id, other.id);
    return { status: 200, body: toItem(survivor) };
  }

  function properties(request: SandboxRequest, type: string, rest: string | undefined, body: Values): SandboxAnswer {
    const { path, method } = request;
    if (options.datedProperties === false && !path.startsWith("/crm/v3/")) return noSuchPath();
    const use = method === "GET" ? "properties" : "create_properties";
    const refusal = unknownType(type) ?? missingScope(withoutScopes, type, use);
    if (refusal !== undefined) return refusal;
    const groups = state.groups.get(type) ?? new Set();
    state.groups.set(type, groups);
    if (rest === "groups") return propertyGroups(groups, method, body);
    return method === "POST" ? createProperty(state, type, groups, body) : listProperties(state, type);
  }

  function merge(type: string, survivorId: string, otherId: string): void {
    const [survivor, other] = [survivorId, otherId].map((id) => locate(state, type, undefined, id));
    const table = state.account.table(type);
    if (survivor === undefined || other === undefined || table === undefined) throw new Error("merge: no such records");
    table.remove(other);
    // The survivor's own values stay; of the other one the e-mail lives on, as an additional one.
    const emails = [survivor.values.hs_additional_emails, other.values.email].filter(Boolean).join(";");
    state.account.update(type, survivor, { hs_additional_emails: emails });
    state.links.move(otherId, survivorId);
    for (const [id, left] of state.merged) if (left === otherId) state.merged.set(id, survivorId);
    state.merged.set(otherId, survivorId);
  }

  return {
    name: "hubspot",
    stats,
    owns: (path) => path.startsWith("/crm/"),
    handle,
    records: (type) =>
      (state.account.table(type)?.all() ?? []).map(({ id, values }) => ({ id, values, links: state.links.of(id) })),
    seed(type, values) {
      const result = state.account.create(type, values, { by: PERSON.id });
      if ("refusal" in result) throw new Error(result.refusal.message);
      return result.record.id;
    },
    edit(type, id, values, stamp) {
      const record = state.account.table(type)?.get(id);
      if (record === undefined) throw new Error("edit: no such record");
      state.account.table(type)?.update(record, values, { by: PERSON.id, ...stamp });
    },
    remove(type, id, stamp) {
      const record = state.account.table(type)?.get(id);
      if (record !== undefined) state.account.table(type)?.remove(record, stamp);
    },
    link: (_type, id, otherId) => state.links.add(id, otherId),
    unlink: (_type, id, otherId) => state.links.remove(id, otherId),
    merge,
    alter(type, name, change) {
      const properties = state.account.schema[type];
      if (properties === undefined) throw new Error(`alter: there is no object ${type}`);
      alterProperty(properties, name, change, createSchema()[type]?.[name]);
    },
    reset() {
      empty(state);
      limits.reset();
      refusedTokens = new Set();
      stats.rateLimited = 0;
      stats.violations.length = 0;
      for (const name of Object.keys(stats.calls)) delete stats.calls[name];
    },
  };
}

function parse(text: string): Values | undefined {
  try {
    return text === "" ? {} : (JSON.parse(text) as Values);
  } catch {
    return undefined;
  }
}
