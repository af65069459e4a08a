/** Batch calls of "CRM objects": read, create, update, upsert, each of up to 100 inputs. */
import { count, type SandboxAnswer } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { StoredRecord, Values } from "../table.ts";
import { batchAnswer, type ItemError, itemError, noInputs, problem, refused, toItem } from "./answers.ts";
import { nameOf } from "./associations.ts";
import { historyOf } from "./history.ts";
import type { Refusal, RowResult } from "./rows.ts";
import { isUnique, locate, type State } from "./state.ts";

export interface Input {
  readonly id?: string;
  readonly idProperty?: string;
  readonly properties?: Values;
  readonly objectWriteTraceId?: string;
  readonly associations?: readonly {
    to: { id: string };
    types: readonly { associationCategory: string; associationTypeId: number }[];
  }[];
}

type Operation = "create" | "update" | "upsert";

const MAX_INPUTS = 100;
const MAX_WITH_HISTORY = 50;

export function batch(
  state: State,
  type: string,
  operation: "read" | Operation,
  body: Values,
  fault: FaultAction | undefined,
): SandboxAnswer {
  const inputs = (body.inputs ?? []) as Input[];
  const unfit = refuseBatch(state, operation, inputs);
  if (unfit !== undefined) return unfit;
  count(state.stats, operation);
  if (fault?.type === "empty") return batchAnswer(200, []);
  return operation === "read" ? read(state, type, body, inputs) : write(state, type, operation, inputs, fault);
}

function refuseBatch({ stats }: State, operation: string, inputs: readonly Input[]): SandboxAnswer | undefined {
  if (inputs.length === 0) return noInputs();
  if (inputs.length > MAX_INPUTS) {
    stats.violations.push(`${inputs.length} inputs in one batch`);
    return problem(
      400,
      "VALIDATION_ERROR",
      `The maximum number of inputs supported in a batch request is ${MAX_INPUTS}`,
    );
  }
  // A property value that is no string does not fit HubSpot's model, and the whole request cannot be read.
  const values = inputs.flatMap(({ properties = {} }) => Object.values(properties));
  if (values.some((value) => typeof value !== "string")) {
    stats.violations.push("a property value that is no string");
    return problem(400, "VALIDATION_ERROR", "Invalid input JSON: Cannot deserialize value of type `java.lang.String`");
  }
  const ids = inputs.flatMap(({ id }) => (id === undefined ? [] : [id.toLowerCase()]));
  if (operation === "read" || new Set(ids).size === ids.length) return undefined;
  stats.violations.push("one record twice in a batch");
  return problem(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input. IDs must be unique");
}

function read(state: State, type: string, body: Values, inputs: readonly Input[]): SandboxAnswer {
  const idProperty = body.idProperty as string | undefined;
  if (idProperty !== undefined && !isUnique(state, type, idProperty)) {
    const message = `Property '${idProperty}' is a non-unique property and cannot be used as idProperty`;
    return problem(400, "VALIDATION_ERROR", message);
  }
  const withHistory = (body.propertiesWithHistory ?? []) as string[];
  if (withHistory.length > 0 && inputs.length > MAX_WITH_HISTORY) {
    state.stats.violations.push(`${inputs.length} inputs in one batch with history`);
    const message = `The maximum number of inputs supported in a batch request for property histories is ${MAX_WITH_HISTORY}`;
    return problem(400, "VALIDATION_ERROR", message);
  }
  const found = inputs.map((input) => locate(state, type, idProperty, input.id ?? ""));
  const records = [...new Set(found.filter((record) => record !== undefined))];
  const results = ordered(
    state,
    records.map((record) => ({
      ...toItem(record, body.properties as string[]),
      ...(withHistory.length > 0 && { propertiesWithHistory: historyOf(record, withHistory) }),
    })),
  );
  const missing = inputs.filter((_input, index) => found[index] === undefined).map((input) => input.id ?? "");
  if (missing.length === 0 || state.options.missing === "left_out") {
    return batchAnswer(200, results);
  }
  const category = "OBJECT_NOT_FOUND";
  if (state.options.missing === "not_found")
    return problem(404, category, "Object not found. objectId are usually numeric.");
  const message = "Could not get some objects, they may be deleted or not exist. Check that ids are valid.";
  return batchAnswer(207, results, [itemError({ category, message, context: { ids: missing } })]);
}

function ordered<T>({ options }: State, items: readonly T[]): readonly T[] {
  return options.resultOrder === "reversed" ? items.toReversed() : items;
}

function write(
  state: State,
  type: string,
  operation: Operation,
  inputs: readonly Input[],
  fault: FaultAction | undefined,
): SandboxAnswer {
  const unfit = operation === "upsert" ? refuseUpsert(state, type, inputs) : undefined;
  if (unfit !== undefined) return unfit;
  // "Error handling": a batch create answers with 207 only where each input has a trace id of its own.
  const traces = new Set(inputs.map(({ objectWriteTraceId }) => objectWriteTraceId).filter((id) => id !== undefined));
  const optedIn = operation !== "create" || traces.size === inputs.length;
  if (state.options.batchFailure === "whole" || !optedIn || inputs.length === 1) {
    const refusal = inputs.map((input) => refusalOf(state, type, operation, input)).find((one) => one !== undefined);
    if (refusal !== undefined) return refused(refusal);
  }
  const locked = fault?.type === "lock" ? Math.floor(inputs.length / 2) : -1;
  const results: Values[] = [];
  const errors: ItemError[] = [];
  const isLeftOut = ({ id = "" }: Input): boolean =>
    operation === "update" && state.options.mergedIds === "left_out" && state.merged.has(id);
  for (const [index, input] of inputs.entries()) {
    if (isLeftOut(input)) continue;
    const result = index === locked ? LOCKED : writeOne(state, type, operation, input);
    if ("refusal" in result) errors.push(errorOf(state, result.refusal, input));
    else results.push(itemOf(state, operation, result, input));
  }
  const status = errors.length > 0 ? 207 : operation === "create" ? 201 : 200;
  return batchAnswer(status, ordered(state, results), errors);
}

const LOCKED: RowResult = { refusal: { status: 423, category: "INTERNAL_ERROR", message: "The object is locked" } };

function itemOf(
  { options }: State,
  operation: Operation,
  { record, created }: { record: StoredRecord; created: boolean },
  { properties, objectWriteTraceId }: Input,
): Values {
  const { resultNames = "both" } = options;
  return {
    ...toItem(record, resultNames === "trace_id" ? [] : Object.keys(properties ?? {})),
    ...(resultNames !== "properties" && { objectWriteTraceId }),
    ...(operation === "upsert" && { new: created }),
  };
}

function refuseUpsert(state: State, type: string, inputs: readonly Input[]): SandboxAnswer | undefined {
  const invalid = (message: string): SandboxAnswer => problem(400, "VALIDATION_ERROR", message);
  for (const { id, idProperty, properties, associations } of inputs) {
    if (id === undefined || properties === undefined) return invalid("id and properties are required");
    // No version of the upsert's inputs has associations.
    if (associations !== undefined) return invalid("Unrecognized field: associations");
    if (idProperty === "email") return invalid("Partial upserts are not supported when using email as idProperty");
    if (idProperty !== undefined && !isUnique(state, type, idProperty)) {
      return invalid(`Unable to perform update/upsert by non-unique ${type} property ${idProperty}`);
    }
  }
  return undefined;
}

function refusalOf(state: State, type: string, operation: Operation, input: Input): Refusal | undefined {
  const existing = targetOf(state, type, operation, input);
  if (operation === "update" && existing === undefined) {
    return { status: 404, category: "OBJECT_NOT_FOUND", message: "Object not found. objectId are usually numeric." };
  }
  return state.account.refuse(type, input.properties ?? {}, existing) ?? refuseAssociations(state, type, input);
}

/** An association given inline must be of a type that exists between the two objects, to a record that exists. */
function refuseAssociations(state: State, type: string, { associations = [] }: Input): Refusal | undefined {
  const isKnown = ({ to, types }: NonNullable<Input["associations"]>[number]): boolean =>
    types.every((one) => locate(state, kindOf(state, type, one)?.target ?? "", undefined, to.id) !== undefined);
  if (associations.every(isKnown)) return undefined;
  const message = "One or more associations are not valid: the type or the record does not exist";
  return { status: 400, category: "VALIDATION_ERROR", message };
}

/** To which object an association of a new record leads, and what it is called. */
function kindOf(
  { account }: State,
  type: string,
  given: NonNullable<Input["associations"]>[number]["types"][number],
): { readonly target: string; readonly name: string } | undefined {
  return Object.keys(account.schema).flatMap((target) => {
    const name = nameOf(type, target, given);
    return name === undefined ? [] : [{ target, name }];
  })[0];
}

function targetOf(state: State, type: string, operation: Operation, input: Input): StoredRecord | undefined {
  return operation === "create" ? undefined : locate(state, type, input.idProperty, input.id ?? "");
}

export function writeOne(state: State, type: string, operation: Operation, input: Input): RowResult {
  const refusal = refusalOf(state, type, operation, input);
  if (refusal !== undefined) return { refusal };
  const properties = input.properties ?? {};
  const existing = targetOf(state, type, operation, input);
  const key = input.idProperty === undefined ? {} : { [input.idProperty]: input.id };
  const result =
    existing === undefined
      ? state.account.create(type, { ...properties, ...key })
      : state.account.update(type, existing, properties);
  if ("refusal" in result) return result;
  state.written.set(result.record.id, Date.now());
  for (const { to, types } of existing === undefined ? (input.associations ?? []) : []) {
    for (const one of types) {
      const { target = "", name } = kindOf(state, type, one) ?? {};
      state.links.add(result.record.id, locate(state, target, undefined, to.id)?.id ?? to.id, name);
    }
    count(state.stats, `associated ${type}`);
  }
  return result;
}

function errorOf(state: State, { category, message, code, property }: Refusal, input: Input): ItemError {
  const { errorNames = "trace_id" } = state.options;
  const named: Readonly<Record<typeof errorNames, ItemError["context"]>> = {
    trace_id: { objectWriteTraceId: [input.objectWriteTraceId ?? ""] },
    id: { ids: [input.id ?? ""] },
    nothing: {},
  };
  const details = code === undefined ? [] : [{ message, code, context: { propertyName: [property] } }];
  return itemError({ category, message, context: named[errorNames] }, details);
}
