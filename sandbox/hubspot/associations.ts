/** "Associations v4": read, associate by default type, associate with given types, take away those of given types. */
import { count, type SandboxAnswer } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { Values } from "../table.ts";
import { batchAnswer, itemError, noInputs, noSuchPath, problem } from "./answers.ts";
import { ASSOCIATION_TYPES, associationKinds } from "./schema.ts";
import { locate, type State } from "./state.ts";

interface Input {
  readonly id?: string;
  readonly types?: readonly { associationCategory?: string; associationTypeId?: number }[];
  readonly from?: { readonly id: string };
  readonly to?: { readonly id: string };
}

interface Call {
  readonly from: string;
  readonly to: string;
  readonly inputs: readonly Input[];
}

/** "Associations: Limits": 2,000 inputs in a create, 1,000 in a read. */
const MAX = { read: 1_000, write: 2_000 };

export function associations(
  state: State,
  from: string,
  to: string,
  rest: string,
  body: Values,
  fault: FaultAction | undefined,
): SandboxAnswer {
  const isRead = rest === "/batch/read";
  const given = (body.inputs ?? []) as Input[];
  const call: Call = { from, to, inputs: isRead ? given : given.map((input) => living(state, { from, to }, input)) };
  if (call.inputs.length === 0) return noInputs();
  if (call.inputs.length > (isRead ? MAX.read : MAX.write)) {
    state.stats.violations.push(`${call.inputs.length} associations in one call`);
    return problem(400, "VALIDATION_ERROR", "Too many inputs");
  }
  if (isRead) return read(state, call);
  if (rest === "/batch/labels/archive") return archive(state, call);
  if (rest !== "/batch/associate/default" && rest !== "/batch/create") return noSuchPath();
  count(state.stats, "associate");
  if (fault?.type === "empty") return batchAnswer(200, []);
  return associate(state, call, rest === "/batch/create");
}

/** Of a record that was merged away the id leads to the one that is left. */
function living(state: State, { from, to }: Pick<Call, "from" | "to">, input: Input): Input {
  const idOf = (type: string, id: string): string => locate(state, type, undefined, id)?.id ?? id;
  return {
    ...input,
    ...(input.from && { from: { id: idOf(from, input.from.id) } }),
    ...(input.to && { to: { id: idOf(to, input.to.id) } }),
  };
}

function read({ stats, links, account }: State, { from, to, inputs }: Call): SandboxAnswer {
  count(stats, "read associations");
  const results = inputs.map(({ id = "" }) => ({
    from: { id },
    to: links
      .of(id)
      .filter((other) => account.table(to)?.get(other)?.deleted === false)
      .map((other) => ({
        // Numbers here, unlike everywhere else.
        toObjectId: Number(other),
        associationTypes: associationKinds(from, to).filter(({ label }) =>
          links.names(id, other).includes(label ?? ""),
        ),
      })),
  }));
  return batchAnswer(200, results);
}

function associate(state: State, call: Call, labelled: boolean): SandboxAnswer {
  const { from, to, inputs } = call;
  if (labelled && !inputs.every((input) => hasTypes(call, input))) {
    return problem(400, "VALIDATION_ERROR", `One or more association types do not exist from ${from} to ${to}`);
  }
  const exists = (type: string, id: string | undefined): boolean =>
    locate(state, type, undefined, id ?? "") !== undefined;
  const missing = inputs.filter((input) => !exists(from, input.from?.id) || !exists(to, input.to?.id));
  const isWhole = missing.length === inputs.length || (missing.length > 0 && state.options.batchFailure === "whole");
  if (isWhole) return problem(400, "VALIDATION_ERROR", "One or more associated objects do not exist");
  const made = inputs.filter((input) => !missing.includes(input));
  for (const input of made) {
    for (const name of namesOf(call, input)) state.links.add(input.from?.id ?? "", input.to?.id ?? "", name);
    count(state.stats, `associated ${from}`);
  }
  const results = labelled
    ? made.map((input) => labels(call, input))
    : made.map(({ from: a, to: b }) => ({ from: a, to: b, associationSpec: defaultSpec(call) }));
  // For the default call only 200 is documented, errors or not.
  const status = labelled ? (missing.length > 0 ? 207 : 201) : 200;
  const errors = missing.map((input) =>
    itemError({
      category: "OBJECT_NOT_FOUND",
      message: "One of the objects does not exist",
      context: { fromObjectId: [input.from?.id ?? ""], toObjectId: [input.to?.id ?? ""] },
    }),
  );
  return batchAnswer(status, results, errors);
}

function defaultSpec({ from, to }: Call): Values {
  return { associationCategory: "HUBSPOT_DEFINED", associationTypeId: ASSOCIATION_TYPES[`${from}>${to}`] };
}

/** One that is not there, or whose record is not, is answered like one that was. */
function archive(state: State, call: Call): SandboxAnswer {
  const { from, to, inputs } = call;
  if (!inputs.every((input) => hasTypes(call, input))) {
    return problem(400, "VALIDATION_ERROR", `One or more association types do not exist from ${from} to ${to}`);
  }
  count(state.stats, "dissociate");
  for (const input of inputs) {
    for (const name of namesOf(call, input)) state.links.remove(input.from?.id ?? "", input.to?.id ?? "", name);
  }
  return { status: 204 };
}

function hasTypes({ from, to }: Call, { types = [] }: Input): boolean {
  return types.length > 0 && types.every((type) => nameOf(from, to, type) !== undefined);
}

/** What the given types are called; the plain association where none is given. */
function namesOf({ from, to }: Pick<Call, "from" | "to">, { types }: Input): string[] {
  return types?.map((type) => nameOf(from, to, type) ?? "") ?? [""];
}

/** @returns `""` for the plain association; undefined where there is no such type */
export function nameOf(
  from: string,
  to: string,
  { associationCategory, associationTypeId }: { associationCategory?: string; associationTypeId?: number },
): string | undefined {
  const kind = associationKinds(from, to).find(
    ({ category, typeId }) => category === associationCategory && typeId === associationTypeId,
  );
  return kind && (kind.label ?? "");
}

/** "Associations schema": the kinds there are, the plain one among them. */
export function listLabels(state: State, from: string, to: string): SandboxAnswer {
  count(state.stats, "labels");
  return { status: 200, body: { results: associationKinds(from, to) } };
}

function labels({ from, to }: Call, input: Input): Values {
  return {
    fromObjectTypeId: from,
    fromObjectId: Number(input.from?.id),
    toObjectTypeId: to,
    toObjectId: Number(input.to?.id),
    labels: namesOf({ from, to }, input).filter((name) => name !== ""),
  };
}
