/**
 * A make-believe Salesforce org: the REST calls jsforce makes, with Salesforce's own refusals. Behaviour as in the "REST
 * API Developer Guide"; rows of a collections answer say `statusCode`, bodies of a failed request `errorCode`.
 */
import { count, createStats, type SandboxAnswer, type SandboxCrm, type SandboxRequest } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { StoredRecord, Values } from "../table.ts";
import { createOrg, type Org, type RowError, type RowResult } from "./rows.ts";
import { type Condition, fieldsOf, matches, parseSoql, SoqlError } from "./soql.ts";

export interface SalesforceSandboxOptions {
  readonly dailyLimit?: number;
  /** Seconds a token is good for; for ever when absent. */
  readonly tokenSeconds?: number;
  /** Contacts whose e-mail exists already are refused by a duplicate rule. */
  readonly duplicateRule?: boolean;
}

const MAX_ROWS = 200;
const error = (status: number, errorCode: string, message: string, fields: readonly string[] = []): SandboxAnswer => ({
  status,
  body: [{ message, errorCode, ...(fields.length > 0 && { fields }) }],
});

export function createSalesforceSandbox(
  options: SalesforceSandboxOptions,
  baseUrl: () => string,
): SandboxCrm & {
  readonly options: SalesforceSandboxOptions;
} {
  let org: Org = createOrg();
  let tokens = new Map<string, number>();
  let issued = 0;
  const stats = createStats();
  const dailyLimit = options.dailyLimit ?? 100_000;
  let used = 0;

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
    if (form.get("refresh_token") === "revoked") return refuse("invalid_grant", "expired access/refresh token");
    issued += 1;
    const accessToken = `00Dsandbox!${issued}`;
    tokens.set(
      accessToken,
      options.tokenSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + options.tokenSeconds * 1000,
    );
    const id = `${baseUrl()}/id/00DSB0000000001AAA/005SB0000000001AAA`;
    return {
      status: 200,
      body: {
        access_token: accessToken,
        instance_url: baseUrl(),
        id,
        token_type: "Bearer",
        issued_at: String(Date.now()),
        signature: "sandbox",
      },
    };
  }

  function isSignedIn(request: SandboxRequest): boolean {
    const bearer = String(request.headers.authorization ?? "").replace(/^Bearer /, "");
    return (tokens.get(bearer) ?? 0) > Date.now() || bearer === "trial-token";
  }

  function api(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    if (fault?.type === "expire_token") tokens = new Map();
    if (!isSignedIn(request)) return error(401, "INVALID_SESSION_ID", "Session expired or invalid");
    if (used >= dailyLimit) {
      stats.rateLimited += 1;
      return error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    used += 1;
    const [, rest = ""] = /^\/services\/data\/v\d+\.\d(\/.*)?$/.exec(request.path) ?? [];
    const parts = rest.split("/").filter(Boolean).map(decodeURIComponent);
    const answer = route(request, parts, fault);
    return { ...answer, headers: { ...answer.headers, "Sforce-Limit-Info": `api-usage=${used}/${dailyLimit}` } };
  }

  function route(request: SandboxRequest, parts: string[], fault: FaultAction | undefined): SandboxAnswer {
    const [head, second, third, fourth] = parts;
    if (head === "limits") {
      return { status: 200, body: { DailyApiRequests: { Max: dailyLimit, Remaining: dailyLimit - used } } };
    }
    if (head === "query") return query(request.query.get("q") ?? "");
    if (head === "composite" && second === "sobjects") return collections(request, third, fourth, fault);
    if (head === "sobjects" && second !== undefined) return sobject(request, second, third, fourth);
    return error(404, "NOT_FOUND", "The requested resource does not exist");
  }

  function query(text: string): SandboxAnswer {
    count(stats, "query");
    try {
      const parsed = parseSoql(text);
      const fields = org.schema[parsed.object];
      const table = org.table(parsed.object);
      if (fields === undefined || table === undefined) {
        return error(400, "INVALID_TYPE", `sObject type '${parsed.object}' is not supported.`);
      }
      const unknown = fieldsOf(parsed).find((name) => name !== "Id" && fields[name] === undefined);
      if (unknown !== undefined) {
        return error(400, "INVALID_FIELD", `No such column '${unknown}' on entity '${parsed.object}'.`);
      }
      const { where } = parsed;
      const candidates = candidatesFor(parsed.object, where);
      const found = candidates.filter((record) => where === undefined || matches(where, record));
      const records = found.slice(0, parsed.limit).map((record) => ({
        attributes: { type: parsed.object, url: `/services/data/v68.0/sobjects/${parsed.object}/${record.id}` },
        ...Object.fromEntries(
          parsed.fields.map((name) => [name, name === "Id" ? record.id : (record.values[name] ?? null)]),
        ),
      }));
      return { status: 200, body: { totalSize: records.length, done: true, records } };
    } catch (cause) {
      if (cause instanceof SoqlError) return error(400, "MALFORMED_QUERY", cause.message);
      throw cause;
    }
  }

  /** By index where the condition is a plain list, so that a large org stays quick. */
  function candidatesFor(object: string, where: Condition | undefined): StoredRecord[] {
    const table = org.table(object);
    if (table === undefined) return [];
    if (where?.kind !== "in" || where.negated) return table.all();
    if (where.field !== "Id") return [...new Set(where.values.flatMap((value) => table.find(where.field, value)))];
    const found = where.values.map((id) => table.get(String(id))).filter((record) => record !== undefined);
    return found.filter((record) => !record.deleted);
  }

  function collections(
    request: SandboxRequest,
    object: string | undefined,
    key: string | undefined,
    fault: FaultAction | undefined,
  ): SandboxAnswer {
    count(stats, object === undefined ? "update" : "upsert");
    const { records: rows = [] } = JSON.parse(request.body) as { records?: Values[] };
    const refusal = refuseBatch(rows, object, key);
    if (refusal !== undefined) return refusal;
    if (fault?.type === "empty") return { status: 200, body: [] };
    const locked = fault?.type === "lock" ? Math.floor(rows.length / 2) : -1;
    const repeated = repeatedKeys(rows, key);
    const results = rows.map((row, index) => {
      if (index === locked) return failed("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
      if (key === undefined || object === undefined) return updateRow(row);
      return repeated.has(row[key])
        ? failed("DUPLICATE_VALUE", `duplicate value found: ${key} duplicates value on record with id: unknown`)
        : upsertRow(object, key, row);
    });
    return { status: 200, body: results.map(toRow) };
  }

  function refuseBatch(
    rows: readonly Values[],
    object: string | undefined,
    key: string | undefined,
  ): SandboxAnswer | undefined {
    if (rows.length > MAX_ROWS) {
      stats.violations.push(`${rows.length} records in one collections call`);
      return error(
        400,
        "EXCEEDED_ID_LIMIT",
        `record limit reached. cannot submit more than ${MAX_ROWS} records in this request`,
      );
    }
    if (rows.some((row) => typeof (row.attributes as { type?: unknown } | undefined)?.type !== "string")) {
      return error(400, "JSON_PARSER_ERROR", "The Objects must include attributes with a type.");
    }
    if (object === undefined || org.schema[object]?.[key ?? ""]?.unique) return undefined;
    return error(404, "NOT_FOUND", `Provided external ID field does not exist or is not accessible: ${key}`);
  }

  function updateRow(row: Values): RowResult {
    const { attributes, id, ...values } = row;
    const { type } = attributes as { type: string };
    return org.update(type, String(id), values);
  }

  function upsertRow(object: string, key: string, row: Values): RowResult {
    const { attributes: _attributes, [key]: value, ...values } = row;
    return write(object, { ...values, [key]: value }, () => org.upsert(object, key, value, values));
  }

  /** A duplicate rule looks at contacts that are about to be created. */
  function write(object: string, values: Values, act: () => RowResult): RowResult {
    const isNew = options.duplicateRule && object === "Contact" && "Email" in values;
    const twin = isNew ? org.table("Contact")?.find("Email", values.Email)[0] : undefined;
    if (twin !== undefined && isNew && values.BB_Id__c !== undefined && twin.values.BB_Id__c !== values.BB_Id__c) {
      return failed("DUPLICATES_DETECTED", "Use one of these records?");
    }
    return act();
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
    count(stats, "sobject");
    const values = request.body === "" ? {} : (JSON.parse(request.body) as Values);
    if (request.method === "POST" && second === undefined) return single(org.create(object, values), 201);
    if (request.method === "PATCH" && third !== undefined && second !== undefined) {
      return single(org.upsert(object, second, third, values), 200);
    }
    if (request.method === "PATCH" && second !== undefined) {
      const result = org.update(object, second, values);
      return result.ok ? { status: 204 } : single(result, 200);
    }
    const record = second === undefined ? undefined : org.table(object)?.get(second);
    if (record === undefined || record.deleted) return error(404, "NOT_FOUND", "The requested resource does not exist");
    if (request.method === "DELETE") {
      org.table(object)?.remove(record);
      return { status: 204 };
    }
    return { status: 200, body: { attributes: { type: object }, Id: record.id, ...record.values } };
  }

  function describe(object: string): unknown {
    const fields = Object.entries(org.schema[object] ?? {}).map(([name, { type, required, unique, readOnly }]) => ({
      name,
      label: name,
      type: type.type,
      length: "length" in type ? type.length : 0,
      nillable: !required,
      defaultedOnCreate: false,
      createable: !readOnly,
      updateable: !readOnly,
      unique: unique ?? false,
      externalId: unique ?? false,
      idLookup: unique ?? false,
      restrictedPicklist: type.type === "picklist" && type.restricted,
      picklistValues: type.type === "picklist" ? type.values.map((value) => ({ value, active: true })) : [],
    }));
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
      const result = org.create(object, values);
      if (!result.ok) throw new Error(result.error.message);
      return result.id;
    },
    remove(object, id) {
      const record = org.table(object)?.get(id);
      if (record !== undefined) org.table(object)?.remove(record);
    },
    reset() {
      org = createOrg();
      used = 0;
      stats.rateLimited = 0;
      stats.violations.length = 0;
      for (const name of Object.keys(stats.calls)) delete stats.calls[name];
    },
  };
}

function failed(code: string, message: string): RowResult {
  return { ok: false, error: { code, message, fields: [] } };
}

function toRow(result: RowResult): unknown {
  if (result.ok) return { id: result.id, success: true, errors: [], created: result.created };
  const { code, message, fields }: RowError = result.error;
  return { success: false, errors: [{ statusCode: code, message, fields }] };
}

function single(result: RowResult, status: number): SandboxAnswer {
  if (!result.ok) return error(400, result.error.code, result.error.message, result.error.fields);
  return {
    status: result.created ? 201 : status,
    body: { id: result.id, success: true, errors: [], created: result.created },
  };
}

function repeatedKeys(rows: readonly Values[], key: string | undefined): Set<unknown> {
  if (key === undefined) return new Set();
  const seen = new Set<unknown>();
  return new Set(rows.map((row) => row[key]).filter((value) => seen.size === seen.add(value).size));
}
