/**
 * A make-believe HubSpot account: the calls of "CRM objects", "Associations" and "Properties", under dated paths and the
 * legacy ones, with HubSpot's own refusals and rate limits.
 */
import { count, createStats, type SandboxAnswer, type SandboxCrm, type SandboxRequest } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import { isBlank, type StoredRecord, type Values } from "../table.ts";
import { createRollingWindow } from "./rate-limit.ts";
import { type Account, createAccount, type Refusal, type RowResult } from "./rows.ts";
import { ASSOCIATION_TYPES, typeName } from "./schema.ts";

export interface HubspotSandboxOptions {
  /** Requests per rolling ten seconds; not enforced when absent. */
  readonly tenSecondLimit?: number;
  readonly dailyLimit?: number;
  /** How a batch with some bad inputs is answered; which of the two HubSpot does is not certain. */
  readonly batchFailure?: "multi_status" | "whole";
  /** Whether meetings may have a property with unique values; not certain either. */
  readonly uniqueMeetings?: boolean;
}

interface Input {
  readonly id?: string;
  readonly idProperty?: string;
  readonly properties?: Values;
  readonly objectWriteTraceId?: string;
  readonly associations?: readonly { to: { id: string }; types: readonly { associationTypeId: number }[] }[];
}

const MAX_INPUTS = 100;
const OBJECTS = /^\/crm\/(?:objects\/\d{4}-\d{2}|v3\/objects)\/([^/]+)(\/.*)?$/;
const ASSOCIATIONS = /^\/crm\/(?:associations\/\d{4}-\d{2}|v4\/associations)\/([^/]+)\/([^/]+)(\/.*)$/;
const PROPERTIES = /^\/crm\/(?:properties\/\d{4}-\d{2}|v3\/properties)\/([^/]+)(?:\/([^/]+))?$/;
let correlation = 0;

function problem(status: number, category: string, message: string, more: Values = {}): SandboxAnswer {
  correlation += 1;
  return { status, body: { status: "error", message, correlationId: `sandbox-${correlation}`, category, ...more } };
}

export function createHubspotSandbox(options: HubspotSandboxOptions): SandboxCrm {
  let account: Account = createAccount();
  let links = new Map<string, Set<string>>();
  const stats = createStats();
  const window = createRollingWindow(options.tenSecondLimit ?? Number.POSITIVE_INFINITY, 10_000);
  const searches = createRollingWindow(options.tenSecondLimit === undefined ? Number.POSITIVE_INFINITY : 5, 1_000);
  const dailyLimit = options.dailyLimit ?? 250_000;
  let used = 0;
  let refusedTokens = new Set<string>();
  if (options.uniqueMeetings === false)
    account.schema.meetings = { ...account.schema.meetings, bookingbug_booking_id: { type: "string" } };

  function handle(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    const token = String(request.headers.authorization ?? "").replace(/^Bearer /, "");
    if (fault?.type === "expire_token") refusedTokens.add(token);
    if (token === "" || token === "wrong" || refusedTokens.has(token)) {
      refusedTokens = new Set([...refusedTokens].filter((one) => one !== token || fault === undefined));
      return problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.");
    }
    const isSearch = request.path.endsWith("/search");
    const limited = limit(isSearch);
    if (limited !== undefined) return limited;
    used += 1;
    const answer = route(request, fault);
    return isSearch ? answer : { ...answer, headers: { ...answer.headers, ...limitHeaders() } };
  }

  function limit(isSearch: boolean): SandboxAnswer | undefined {
    const policy =
      used >= dailyLimit
        ? "DAILY"
        : !window.admit()
          ? "TEN_SECONDLY_ROLLING"
          : isSearch && !searches.admit()
            ? "SECONDLY"
            : undefined;
    if (policy === undefined) return undefined;
    stats.rateLimited += 1;
    const message =
      policy === "DAILY"
        ? "You have reached your daily limit."
        : `You have reached your ${policy.toLowerCase()} limit.`;
    return {
      status: 429,
      body: { status: "error", message, errorType: "RATE_LIMIT", correlationId: "sandbox", policyName: policy },
      headers: limitHeaders(),
    };
  }

  function limitHeaders(): Record<string, string> {
    const max = options.tenSecondLimit ?? 100;
    return {
      "X-HubSpot-RateLimit-Max": String(max),
      "X-HubSpot-RateLimit-Remaining": String(options.tenSecondLimit === undefined ? max - 1 : window.remaining()),
      "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
      "X-HubSpot-RateLimit-Daily": String(dailyLimit),
      "X-HubSpot-RateLimit-Daily-Remaining": String(dailyLimit - used),
    };
  }

  function route(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer {
    const body = request.body === "" ? {} : (JSON.parse(request.body) as Values);
    const association = ASSOCIATIONS.exec(request.path);
    if (association !== null)
      return associations(
        typeName(association[1] ?? ""),
        typeName(association[2] ?? ""),
        association[3] ?? "",
        body,
        fault,
      );
    const property = PROPERTIES.exec(request.path);
    if (property !== null) return properties(typeName(property[1] ?? ""));
    const object = OBJECTS.exec(request.path);
    if (object === null) return problem(404, "OBJECT_NOT_FOUND", "resource not found");
    const type = typeName(object[1] ?? "");
    if (account.table(type) === undefined)
      return problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${type}`);
    return objects(request, type, object[2] ?? "", body, fault);
  }

  function objects(
    request: SandboxRequest,
    type: string,
    rest: string,
    body: Values,
    fault: FaultAction | undefined,
  ): SandboxAnswer {
    const batch = /^\/batch\/(read|create|update|upsert)$/.exec(rest)?.[1];
    if (batch !== undefined) {
      const inputs = (body.inputs ?? []) as Input[];
      if (inputs.length > MAX_INPUTS) {
        stats.violations.push(`${inputs.length} inputs in one batch`);
        return problem(400, "VALIDATION_ERROR", `The maximum number of inputs is ${MAX_INPUTS}`);
      }
      count(stats, batch === "read" ? "read" : batch);
      if (fault?.type === "empty") return { status: 200, body: { status: "COMPLETE", results: [] } };
      return batch === "read" ? read(type, body, inputs) : write(type, batch, inputs, fault);
    }
    if (rest === "/search") return search(type, body);
    if (rest === "" && request.method === "GET") {
      count(stats, "list");
      return {
        status: 200,
        body: { results: (account.table(type)?.all() ?? []).slice(0, 10).map((record) => toItem(record)) },
      };
    }
    const record = account.table(type)?.get(rest.slice(1));
    if (record === undefined || record.deleted) return problem(404, "OBJECT_NOT_FOUND", "resource not found");
    if (request.method === "DELETE") {
      account.table(type)?.remove(record);
      return { status: 204 };
    }
    return { status: 200, body: toItem(record) };
  }

  function isUnique(type: string, property: string): boolean {
    return (type === "contacts" && property === "email") || account.schema[type]?.[property]?.unique === true;
  }

  function read(type: string, body: Values, inputs: readonly Input[]): SandboxAnswer {
    const idProperty = body.idProperty as string | undefined;
    if (idProperty !== undefined && !isUnique(type, idProperty)) {
      return problem(
        400,
        "VALIDATION_ERROR",
        `Property '${idProperty}' is a non-unique property and cannot be used as idProperty`,
      );
    }
    const found = inputs.map((input) => locate(type, idProperty, input.id ?? ""));
    const results = [...new Set(found.filter((record) => record !== undefined))].map((record) =>
      toItem(record, body.properties as string[]),
    );
    const missing = inputs.filter((_input, index) => found[index] === undefined).map((input) => input.id);
    if (missing.length === 0) return { status: 200, body: { status: "COMPLETE", results } };
    const errors = [
      {
        status: "error",
        category: "OBJECT_NOT_FOUND",
        message: "Could not get some objects, they may be deleted or not exist. Check that ids are valid.",
        context: { ids: missing },
      },
    ];
    return { status: 207, body: { status: "COMPLETE", results, numErrors: errors.length, errors } };
  }

  function locate(type: string, idProperty: string | undefined, id: string): StoredRecord | undefined {
    const table = account.table(type);
    if (idProperty === undefined || idProperty === "hs_object_id") {
      const record = table?.get(id);
      return record?.deleted ? undefined : record;
    }
    return table?.find(idProperty, id)[0] ?? (idProperty === "email" ? byAdditionalEmail(type, id) : undefined);
  }

  function byAdditionalEmail(type: string, email: string): StoredRecord | undefined {
    return account
      .table(type)
      ?.all()
      .find((record) =>
        String(record.values.hs_additional_emails ?? "")
          .split(";")
          .includes(email.toLowerCase()),
      );
  }

  function write(
    type: string,
    operation: string,
    inputs: readonly Input[],
    fault: FaultAction | undefined,
  ): SandboxAnswer {
    const unfit = operation === "upsert" ? refuseUpsert(type, inputs) : undefined;
    if (unfit !== undefined) return unfit;
    const locked = fault?.type === "lock" ? Math.floor(inputs.length / 2) : -1;
    const whole = options.batchFailure === "whole";
    const before = whole
      ? inputs.map((input) => refusalOf(type, operation, input)).find((refusal) => refusal !== undefined)
      : undefined;
    if (before !== undefined) return refused(before);
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const [index, input] of inputs.entries()) {
      if (index === locked) {
        errors.push({
          status: "error",
          category: "INTERNAL_ERROR",
          message: "The object is locked",
          context: { objectWriteTraceId: [input.objectWriteTraceId] },
        });
        continue;
      }
      const result = writeOne(type, operation, input);
      if ("refusal" in result) errors.push(itemError(result.refusal, input));
      else
        results.push({
          ...toItem(result.record, Object.keys(input.properties ?? {})),
          objectWriteTraceId: input.objectWriteTraceId,
          ...(operation === "upsert" && { new: result.created }),
        });
    }
    const [only] = errors;
    if (only !== undefined && inputs.length === 1 && locked === -1)
      return refused(lastRefusal(type, operation, inputs[0]));
    const status = errors.length > 0 ? 207 : operation === "create" ? 201 : 200;
    return {
      status,
      body: { status: "COMPLETE", results, ...(errors.length > 0 && { numErrors: errors.length, errors }) },
    };
  }

  function lastRefusal(type: string, operation: string, input: Input | undefined): Refusal {
    const refusal = input && refusalOf(type, operation, input);
    return refusal ?? { status: 400, category: "VALIDATION_ERROR", message: "The input was refused" };
  }

  function refuseUpsert(type: string, inputs: readonly Input[]): SandboxAnswer | undefined {
    for (const { id, idProperty, properties: given, associations: inline } of inputs) {
      if (id === undefined || given === undefined)
        return problem(400, "VALIDATION_ERROR", "id and properties are required");
      if (inline !== undefined) return problem(400, "VALIDATION_ERROR", "Unrecognized field: associations");
      if (idProperty !== undefined && !isUnique(type, idProperty)) {
        return problem(
          400,
          "VALIDATION_ERROR",
          `Unable to perform update/upsert by non-unique ${type} property ${idProperty}`,
        );
      }
    }
    return undefined;
  }

  function refusalOf(type: string, operation: string, input: Input): Refusal | undefined {
    const existing = targetOf(type, operation, input);
    if (operation === "update" && existing === undefined) {
      return { status: 404, category: "OBJECT_NOT_FOUND", message: "Could not find object" };
    }
    return account.refuse(type, input.properties ?? {}, existing);
  }

  function targetOf(type: string, operation: string, input: Input): StoredRecord | undefined {
    return operation === "create" ? undefined : locate(type, input.idProperty, input.id ?? "");
  }

  function writeOne(type: string, operation: string, input: Input): RowResult {
    const properties = input.properties ?? {};
    const existing = targetOf(type, operation, input);
    if (operation === "update" || existing !== undefined) return account.update(type, existing, properties);
    const key = input.idProperty === undefined ? {} : { [input.idProperty]: input.id };
    const result = account.create(type, { ...properties, ...key });
    if (!("refusal" in result)) {
      for (const { to } of input.associations ?? []) associate(type, result.record.id, to.id);
    }
    return result;
  }

  function associate(from: string, fromId: string, toId: string): void {
    for (const [a, b] of [
      [fromId, toId],
      [toId, fromId],
    ] as const) {
      const set = links.get(a) ?? new Set();
      links.set(a, set.add(b));
    }
    count(stats, `associated ${from}`);
  }

  function associations(
    from: string,
    to: string,
    rest: string,
    body: Values,
    fault: FaultAction | undefined,
  ): SandboxAnswer {
    const inputs = (body.inputs ?? []) as { id?: string; from?: { id: string }; to?: { id: string } }[];
    if (rest === "/batch/read") {
      count(stats, "read associations");
      const results = inputs.map(({ id = "" }) => ({
        from: { id },
        to: [...(links.get(id) ?? [])]
          .filter((other) => account.table(to)?.get(other))
          .map((toObjectId) => ({
            toObjectId,
            associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: ASSOCIATION_TYPES[`${from}>${to}`] }],
          })),
      }));
      return { status: 200, body: { status: "COMPLETE", results } };
    }
    count(stats, "associate");
    if (fault?.type === "empty") return { status: 200, body: { status: "COMPLETE", results: [] } };
    const missing = inputs.filter((input) => !exists(from, input.from?.id) || !exists(to, input.to?.id));
    if (missing.length === inputs.length)
      return problem(400, "VALIDATION_ERROR", "One or more associated objects do not exist");
    const made = inputs.filter((input) => !missing.includes(input));
    for (const input of made) associate(from, input.from?.id ?? "", input.to?.id ?? "");
    return {
      status: rest === "/batch/create" ? 201 : 200,
      body: { status: "COMPLETE", results: made.map((input) => ({ from: input.from, to: input.to })) },
    };
  }

  function exists(type: string, id: string | undefined): boolean {
    const record = account.table(type)?.get(id ?? "");
    return record !== undefined && !record.deleted;
  }

  function search(type: string, body: Values): SandboxAnswer {
    count(stats, "search");
    const groups = (body.filterGroups ?? []) as {
      filters: { propertyName: string; operator: string; value?: string; values?: string[] }[];
    }[];
    const fits = (record: StoredRecord): boolean =>
      groups.some(({ filters }) =>
        filters.every(({ propertyName, value, values }) =>
          (values ?? [value]).some(
            (one) => String(record.values[propertyName] ?? "").toLowerCase() === String(one).toLowerCase(),
          ),
        ),
      );
    const results = (account.table(type)?.all() ?? []).filter(fits).slice(0, 100);
    return {
      status: 200,
      body: { total: results.length, results: results.map((record) => toItem(record, body.properties as string[])) },
    };
  }

  function properties(type: string): SandboxAnswer {
    count(stats, "properties");
    const schema = account.schema[type];
    if (schema === undefined) return problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${type}`);
    const results = Object.entries(schema).map(([name, property]) => ({
      name,
      label: name,
      type: property.type,
      fieldType: property.type === "enumeration" ? "select" : "text",
      hasUniqueValue: property.unique ?? false,
      options: (property.options ?? []).map((value) => ({ label: value, value, hidden: false })),
      modificationMetadata: { readOnlyValue: property.readOnly ?? false },
    }));
    return { status: 200, body: { results } };
  }

  return {
    name: "hubspot",
    stats,
    owns: (path) => path.startsWith("/crm/"),
    handle,
    records: (type) =>
      (account.table(type)?.all() ?? []).map(({ id, values }) => ({ id, values, links: [...(links.get(id) ?? [])] })),
    seed(type, values) {
      const result = account.create(type, values);
      if ("refusal" in result) throw new Error(result.refusal.message);
      return result.record.id;
    },
    remove(type, id) {
      const record = account.table(type)?.get(id);
      if (record !== undefined) account.table(type)?.remove(record);
    },
    reset() {
      const { schema } = account;
      account = createAccount();
      Object.assign(account.schema, schema);
      links = new Map();
      used = 0;
      refusedTokens = new Set();
      stats.rateLimited = 0;
      stats.violations.length = 0;
      for (const name of Object.keys(stats.calls)) delete stats.calls[name];
    },
  };
}

function refused(refusal: Refusal): SandboxAnswer {
  const { status, category, message, code, property } = refusal;
  const errors =
    code === undefined ? {} : { errors: [{ message, code, in: property, context: { propertyName: [property] } }] };
  return problem(status, category, message, errors);
}

function itemError({ category, message, code, property }: Refusal, input: Input): unknown {
  return {
    status: "error",
    category,
    message,
    ...(code !== undefined && { errors: [{ message, code, context: { propertyName: [property] } }] }),
    context: { objectWriteTraceId: [input.objectWriteTraceId], ...(input.id !== undefined && { ids: [input.id] }) },
  };
}

function toItem(record: StoredRecord, wanted?: readonly string[]): Values {
  const names = wanted ?? Object.keys(record.values);
  const properties = Object.fromEntries(
    names.map((name) => [name, isBlank(record.values[name]) ? null : record.values[name]]),
  );
  return { id: record.id, properties: { hs_object_id: record.id, ...properties }, archived: false };
}
