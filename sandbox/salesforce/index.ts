/**
 * A make-believe Salesforce org: the REST calls jsforce makes, with Salesforce's own refusals. Behaviour as in the "REST
 * API Developer Guide"; rows of a collections answer say `statusCode`, bodies of a failed request `errorCode`.
 */
import { count, createStats, type SandboxAnswer, type SandboxCrm, type SandboxRequest } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { Values } from "../table.ts";
import { alterField } from "./alter.ts";
import { failure as error, single } from "./answers.ts";
import { collections } from "./collections.ts";
import { deleted } from "./deleted.ts";
import { duplicateRuleFor } from "./duplicate-rule.ts";
import { createSetup } from "./metadata.ts";
import type { SalesforceSandboxOptions } from "./options.ts";
import { query } from "./query.ts";
import { createOrg, type Org, type RowResult } from "./rows.ts";
import type { Field } from "./schema.ts";
import { OUR_USER, PERSON } from "./users.ts";

export interface SalesforceSandbox extends SandboxCrm {
  readonly options: SalesforceSandboxOptions;
  /** As if somebody had converted the Lead. @returns the id of the Contact that it became */
  convert(leadId: string): string;
}

export function createSalesforceSandbox(options: SalesforceSandboxOptions, baseUrl: () => string): SalesforceSandbox {
  const makeOrg = (): Org => restricted(createOrg(orgOptions(options)), options);
  let org: Org = makeOrg();
  let tokens = new Map<string, number>();
  let issued = 0;
  let ended = new Set<string>();
  const stats = createStats();
  let setup = createSetup(org, options, stats);
  const dailyLimit = options.dailyLimit ?? 100_000;
  let used = 0;

  const identity = (): string => `${baseUrl()}/id/00DSB0000000001AAA/${OUR_USER.id}`;

  function token(request: SandboxRequest): SandboxAnswer {
    const form = new URLSearchParams(request.body);
    const grant = form.get("grant_type") ?? "";
    const known = ["client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"];
    const refuse = (code: string, description: string): SandboxAnswer => ({
      status: 400,
      body: { error: code, error_description: description },
    });
    if (!known.includes(grant)) return refuse("unsupported_grant_type", "grant type not supported");
    if (form.get("client_secret") === "wrong" || form.get("client_id") === "wrong") {
      return refuse("invalid_client", "invalid client credentials");
    }
    const refreshToken = form.get("refresh_token") ?? "";
    if (refreshToken === "revoked" || ended.has(refreshToken)) {
      return refuse("invalid_grant", "expired access/refresh token");
    }
    issued += 1;
    const rotates = grant === "refresh_token" && options.rotatesRefreshTokens;
    if (rotates) ended.add(refreshToken);
    const accessToken = `00Dsandbox!${issued}`;
    tokens.set(
      accessToken,
      options.tokenSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + options.tokenSeconds * 1000,
    );
    return {
      status: 200,
      body: {
        access_token: accessToken,
        ...(rotates && { refresh_token: `5Aep-sandbox-${issued}` }),
        instance_url: baseUrl(),
        id: identity(),
        token_type: "Bearer",
        issued_at: String(Date.now()),
        signature: "sandbox",
      },
    };
  }

  function isSignedIn(request: SandboxRequest): boolean {
    const bearer = setup.owns(request.path)
      ? setup.sessionOf(request)
      : String(request.headers.authorization ?? "").replace(/^Bearer /, "");
    return (tokens.get(bearer) ?? 0) > Date.now() || bearer === "trial-token";
  }

  function api(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    if (fault?.type === "expire_token") tokens = new Map();
    if (!isSignedIn(request)) {
      return setup.owns(request.path)
        ? setup.refuseSession()
        : error(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
    if (used >= dailyLimit) {
      stats.rateLimited += 1;
      return error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    used += 1;
    if (setup.owns(request.path)) return setup.handle(request);
    setup.reveal();
    const [, rest = ""] = /^\/services\/data\/v\d+\.\d(\/.*)?$/.exec(request.path) ?? [];
    const parts = rest.split("/").filter(Boolean).map(decodeURIComponent);
    const answer = route(request, parts, fault);
    return { ...answer, headers: { ...answer.headers, "Sforce-Limit-Info": `api-usage=${used}/${dailyLimit}` } };
  }

  function route(request: SandboxRequest, parts: string[], fault: FaultAction | undefined): SandboxAnswer {
    const [head, second, third, fourth] = parts;
    // "Resources by Version".
    if (head === undefined) return { status: 200, body: { sobjects: `${request.path}sobjects`, identity: identity() } };
    if (head === "limits") {
      if (options.limitsForbidden) return error(403, "FUNCTIONALITY_NOT_ENABLED", "The user may not see the limits");
      return { status: 200, body: { DailyApiRequests: { Max: dailyLimit, Remaining: dailyLimit - used } } };
    }
    if (head === "query" || head === "queryAll")
      return query({ org, stats }, request.query.get("q") ?? "", head === "queryAll");
    if (head === "composite" && second === "sobjects" && ["PATCH", "POST"].includes(request.method)) {
      return collections({ org, options, stats }, request, [third, fourth], fault);
    }
    if (head === "sobjects" && second === undefined) {
      return { status: 200, body: { sobjects: Object.keys(org.schema).map((name) => ({ name, label: name })) } };
    }
    if (head === "sobjects" && second !== undefined) return sobject(request, second, third, fourth);
    return error(404, "NOT_FOUND", "The requested resource does not exist");
  }

  function sobject(
    request: SandboxRequest,
    object: string,
    second: string | undefined,
    third: string | undefined,
  ): SandboxAnswer {
    const fields = org.schema[object];
    if (fields === undefined) return error(404, "NOT_FOUND", "The requested resource does not exist");
    if (second === "describe") {
      count(stats, "describe");
      return { status: 200, body: describe(object) };
    }
    if (second === "deleted") return deleted({ org, options, stats }, object, request.query);
    count(stats, "sobject");
    const values = request.body === "" ? {} : (JSON.parse(request.body) as Values);
    const refused = refusedByRule(request, object, [second, third], values);
    if (refused !== undefined) return single(refused, 400);
    if (request.method === "POST" && second === undefined) return single(org.create(object, values), 201);
    if (request.method === "PATCH" && third !== undefined && second !== undefined) {
      return single(org.upsert(object, second, third, values), 200);
    }
    if (request.method === "PATCH" && second !== undefined) {
      const result = org.update(object, second, values);
      return result.ok ? { status: 204 } : single(result, 200);
    }
    const record = second === undefined ? undefined : org.byId(object, second);
    if (record?.deleted) return error(404, "ENTITY_IS_DELETED", "entity is deleted");
    if (record === undefined) return error(404, "NOT_FOUND", "The requested resource does not exist");
    if (request.method === "DELETE") {
      org.table(object)?.remove(record);
      return { status: 204 };
    }
    return { status: 200, body: { attributes: { type: object }, Id: record.id, ...record.values } };
  }

  function refusedByRule(
    request: SandboxRequest,
    object: string,
    [key, value]: readonly (string | undefined)[],
    values: Values,
  ): RowResult | undefined {
    if (!["POST", "PATCH"].includes(request.method)) return undefined;
    const byKey = key === undefined || value === undefined ? undefined : org.table(object)?.find(key, value)[0];
    const existing = value === undefined && key !== undefined ? org.byId(object, key) : byKey;
    const error = duplicateRuleFor(org, options.duplicateRule, request)(object, values, existing);
    return error && { ok: false, error };
  }

  function describe(object: string): unknown {
    const fields = Object.entries(org.schema[object] ?? {}).map(
      ([name, { type, required, unique, readOnly, createOnly }]) => ({
        name,
        label: name,
        type: type.type,
        length: "length" in type ? type.length : 0,
        nillable: !required,
        defaultedOnCreate: false,
        createable: !readOnly,
        updateable: !(readOnly || createOnly),
        unique: unique ?? false,
        externalId: unique ?? false,
        idLookup: unique ?? false,
        referenceTo: type.type === "reference" ? type.to : [],
        restrictedPicklist: type.type === "picklist" && type.restricted,
        picklistValues:
          type.type === "picklist"
            ? type.values.map((value, index) => ({ value, label: type.labels?.[index] ?? value, active: true }))
            : [],
      }),
    );
    const id = {
      name: "Id",
      label: "Record ID",
      type: "id",
      length: 18,
      nillable: false,
      createable: false,
      updateable: false,
    };
    return { name: object, label: object, createable: true, updateable: true, fields: [id, ...fields] };
  }

  return {
    name: "salesforce",
    options,
    stats,
    owns: (path) => path.startsWith("/services/"),
    handle: (request, fault) => (request.path === "/services/oauth2/token" ? token(request) : api(request, fault)),
    records: (object) => (org.table(object)?.all() ?? []).map(({ id, values }) => ({ id, values, links: [] })),
    seed(object, values) {
      // What nobody can write by API, such as IsConverted, can be set by who builds the org.
      const own = Object.entries(values).filter(([name]) => org.schema[object]?.[name]?.readOnly);
      const given = Object.entries(values).filter(([name]) => !org.schema[object]?.[name]?.readOnly);
      const result = org.create(object, Object.fromEntries(given), { by: PERSON.id });
      if (!result.ok) throw new Error(result.error.message);
      const record = org.byId(object, result.id);
      if (record !== undefined) org.table(object)?.update(record, Object.fromEntries(own), { by: PERSON.id });
      return result.id;
    },
    edit(object, id, values, stamp) {
      const record = org.byId(object, id);
      if (record === undefined) throw new Error("edit: no such record");
      org.table(object)?.update(record, values, { by: PERSON.id, ...stamp });
    },
    remove(object, id, stamp) {
      const record = org.byId(object, id);
      if (record !== undefined) org.table(object)?.remove(record, stamp);
    },
    link(_object, id, otherId) {
      const result = org.create("EventRelation", { EventId: id, RelationId: otherId }, { by: PERSON.id });
      if (!result.ok) throw new Error(result.error.message);
    },
    unlink(object, id, otherId) {
      const record = org.byId(object, id);
      if (record === undefined) throw new Error("unlink: no such record");
      const lookups = Object.keys(record.values).filter((name) => record.values[name] === otherId);
      org.table(object)?.update(record, Object.fromEntries(lookups.map((name) => [name, null])), { by: PERSON.id });
    },
    alter(object, name, change) {
      const fields = org.schema[object];
      if (fields === undefined) throw new Error(`alter: there is no object ${object}`);
      alterField(fields, name, change, makeOrg().schema[object]?.[name]);
    },
    merge(object, survivorId, otherId) {
      const other = org.byId(object, otherId);
      if (other === undefined || org.byId(object, survivorId) === undefined) throw new Error("merge: no such records");
      for (const record of org.table("Event")?.find("WhoId", other.id) ?? []) {
        org.table("Event")?.update(record, { WhoId: survivorId });
      }
      org.table(object)?.update(other, { MasterRecordId: survivorId });
      org.table(object)?.remove(other);
    },
    convert(leadId) {
      const lead = org.byId("Lead", leadId);
      if (lead === undefined || lead.deleted) throw new Error("convert: no such Lead");
      const { FirstName, LastName, Email, Phone, MobilePhone } = lead.values;
      const result = org.create("Contact", { FirstName, LastName, Email, Phone, MobilePhone });
      if (!result.ok) throw new Error(result.error.message);
      org.table("Lead")?.update(lead, { IsConverted: true, ConvertedContactId: result.id });
      // "Convert a Lead": its activities go to the contact.
      for (const event of org.table("Event")?.find("WhoId", lead.id) ?? []) {
        org.table("Event")?.update(event, { WhoId: result.id });
      }
      return result.id;
    },
    reset() {
      org = makeOrg();
      ended = new Set();
      setup = createSetup(org, options, stats);
      used = 0;
      stats.rateLimited = 0;
      stats.violations.length = 0;
      for (const name of Object.keys(stats.calls)) delete stats.calls[name];
    },
  };
}

function orgOptions({ hiddenFields = [], namesDuplicates = true, picklists = false }: SalesforceSandboxOptions) {
  return { hiddenFields, namesDuplicates, picklists };
}

/** Takes from the org what its admin did not give to the integration user. */
function restricted(org: Org, options: SalesforceSandboxOptions): Org {
  const { hiddenObjects = [], readOnlyFields = [], notUnique = [], alsoUnique = [] } = options;
  if (options.personAccounts === false) delete org.schema.Account?.IsPersonAccount;
  for (const object of hiddenObjects) delete org.schema[object];
  for (const path of readOnlyFields) change(org, path, (field) => ({ ...field, readOnly: true }));
  for (const path of notUnique) change(org, path, ({ unique: _unique, ...field }) => field);
  for (const path of alsoUnique) change(org, path, (field) => ({ ...field, unique: true }));
  return org;
}

function change(org: Org, path: string, make: (field: Field) => Field): void {
  const [object = "", name = ""] = path.split(".");
  const fields = org.schema[object];
  const field = fields?.[name];
  if (fields !== undefined && field !== undefined) fields[name] = make(field);
}
