/** Writes, gathered into sObject Collections calls of up to 200 records, each answered for itself. */
import { z } from "zod";
import { type BisectOptions, inHalves } from "../bisect.ts";
import type { CallSizes, FieldValues, RecordWrite, SavedRecord, WriteTarget } from "../connector.ts";
import { ConflictError, type CrmError, DuplicateError, UnauthorisedError, UnavailableError } from "../errors.ts";
import { fittingSize, inFittingCalls } from "../fitting-calls.ts";
import { createLane, type Permit } from "../lane.ts";
import { assignmentRuleHeader } from "./assignment.ts";
import { LANE } from "./batch-size.ts";
import { duplicateRuleHeader } from "./duplicates.ts";
import { failedTogether, isAboutSomeRecord } from "./errors.ts";
import type { SalesforceHttp } from "./http.ts";
import { madeAnew } from "./in-bin.ts";
import { type LivingOnDeps, livingOn } from "./living-on.ts";
import { sentValues, toAnswer, toRow } from "./rows.ts";
import { identifier } from "./soql.ts";
import { withLinksToClear } from "./unlink.ts";

type Answer = SavedRecord | Error;
type Save = (write: RecordWrite) => Promise<SavedRecord>;

export interface SaverDeps extends LivingOnDeps {
  readonly http: SalesforceHttp;
  readonly sizes: CallSizes;
  /** Most records in a call, whatever is learnt. */
  readonly batchSize: number;
}

export function createSaver({ http, sizes, batchSize, ...deps }: SaverDeps): Save {
  const lanes = new Map<string, Save>();
  const options = optionsFor(http);

  function laneFor(write: RecordWrite): Save {
    const { object, target, duplicateRules = "pass", assign = false } = write;
    const means = target.by === "external_id" ? `${object}/${target.field}` : `${target.by} ${object}`;
    // What is said of the org's rules is said of a whole call.
    const key = `${means} ${duplicateRules}${assign ? " assigned" : ""}`;
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lane = createLane<RecordWrite, SavedRecord>({
      ...LANE,
      maxSize: batchSize,
      size: () => fittingSize(sizes, object, batchSize),
      keyOf: recordKey,
      acquire: http.acquire,
      run: (writes, permit) => inFittingCalls({ ...options, object, sizes, failedTogether }, writes, permit),
    });
    lanes.set(key, lane);
    return lane;
  }

  return async (asked) => {
    const write = await withLinksToClear(deps.find, asked);
    const lane = laneFor(write);
    try {
      return await lane(write);
    } catch (error) {
      // Two racing upserts of one new external id: the loser finds the winner's record when it asks again.
      if (error instanceof DuplicateError && isOwnKey(error, write)) return await lane(write);
      const anew = await madeAnew(deps.find, write, error);
      if (anew !== undefined) return await laneFor(anew)(anew);
      throw await livingOn(deps, write, error);
    }
  };
}

function optionsFor(http: SalesforceHttp): BisectOptions<RecordWrite, SavedRecord> {
  return {
    send: (writes, permit) => sendAndRepair(http, writes, permit),
    isAboutSome: isAboutSomeRecord,
    guilty: withUnknownColumn,
  };
}

/**
 * Salesforce refuses a call that names a record twice. It tells external ids apart without regard to case, unless told
 * otherwise, and knows an id by its first 15 characters.
 */
function recordKey({ target }: RecordWrite): string {
  return target.by === "id" ? target.id.slice(0, 15) : target.value.toLowerCase();
}

/** Without a field named, the external id is the likeliest, and asking again is harmless. */
function isOwnKey({ fields }: DuplicateError, { target }: RecordWrite): boolean {
  if (target.by !== "external_id") return false;
  return fields.length === 0 || fields.some((field) => field.toLowerCase() === target.field.toLowerCase());
}

/** An unknown column is unknown for every record that has it; without this, each of them would cost calls to find. */
function withUnknownColumn(writes: readonly RecordWrite[], { message }: CrmError): RecordWrite[] {
  const column = /No such column '([^']+)'/.exec(message)?.[1]?.toLowerCase();
  return writes.filter((write) => Object.keys(toRow(write)).some((name) => name.toLowerCase() === column));
}

/** Sends again, once, the rows that were not refused for what they are. */
async function sendAndRepair(
  http: SalesforceHttp,
  writes: readonly RecordWrite[],
  permit: Permit | undefined,
): Promise<readonly Answer[]> {
  const answers = await send(http, writes, permit);
  const sessionEnded = answers.some(isSessionEnd);
  if (sessionEnded) http.forgetSession();
  const innocent = writes.filter((_write, index) => isSessionEnd(answers[index]) || isRolledBack(answers[index]));
  if (innocent.length === 0 || (innocent.length === writes.length && !sessionEnded)) return answers;
  const again = await sendAgain(http, innocent);
  if (again.some(isSessionEnd)) http.forgetSession();
  const byWrite = new Map(innocent.map((write, index) => [write, again[index]]));
  return writes.map((write, index) => byWrite.get(write) ?? answers[index] ?? unsaid(write));
}

async function sendAgain(http: SalesforceHttp, writes: readonly RecordWrite[]): Promise<readonly Answer[]> {
  try {
    return await send(http, writes, undefined);
  } catch (error) {
    // The others have their answers already.
    return writes.map((write) => (error instanceof Error ? error : unsaid(write)));
  }
}

async function send(
  http: SalesforceHttp,
  writes: readonly RecordWrite[],
  permit: Permit | undefined,
): Promise<readonly Answer[]> {
  const [first] = writes;
  if (first === undefined) return [];
  const { object, target, duplicateRules } = first;
  const { body, requestId } = await http.send({
    ...callFor(object, target),
    headers: { ...duplicateRuleHeader(duplicateRules), ...assignmentRuleHeader(first) },
    body: { allOrNone: false, records: writes.map(toRow) },
    object,
    records: writes.length,
    permit,
    values: allValues(writes),
  });
  const rows = z.array(z.unknown()).safeParse(body);
  if (!rows.success)
    throw new UnavailableError("Salesforce's answer to a write is not a list of results.", { object, requestId });
  const { length } = rows.data;
  // Results come in the order of the records ("sObject Collections"). Of too few, or too many, nobody can say whose they are.
  if (length > 0 && length !== writes.length && writes.length > 1) {
    // What may have been created is not created again.
    return target.by === "match" ? writes.map(unsaid) : await inHalves(optionsFor(http), writes);
  }
  return writes.map((write, index) =>
    toAnswer(write, length > 1 && writes.length === 1 ? undefined : rows.data[index], requestId),
  );
}

function callFor(object: string, target: WriteTarget): { method: "PATCH" | "POST"; path: string; operation: string } {
  const path = "/composite/sobjects";
  switch (target.by) {
    case "id":
      return { method: "PATCH", path, operation: "update" };
    case "match":
      return { method: "POST", path, operation: "create" };
    case "external_id":
      return {
        method: "PATCH",
        path: `${path}/${identifier(object)}/${identifier(target.field)}`,
        operation: "upsert",
      };
  }
}

function allValues(writes: readonly RecordWrite[]): FieldValues {
  const [first] = writes;
  if (writes.length === 1 && first !== undefined) return sentValues(first);
  const entries = writes.flatMap((write, index) =>
    Object.entries(sentValues(write)).map(([name, value]) => [`${name} ${index + 1}`, value] as const),
  );
  return Object.fromEntries(entries);
}

function isSessionEnd(answer: Answer | undefined): boolean {
  return answer instanceof UnauthorisedError && answer.code === "INVALID_SESSION_ID";
}

/** Some orgs roll a whole call back for one bad row despite `allOrNone: false`. */
function isRolledBack(answer: Answer | undefined): boolean {
  return (
    answer instanceof ConflictError &&
    (answer.code === "ALL_OR_NONE_OPERATION_ROLLED_BACK" || answer.code === "PROCESSING_HALTED")
  );
}

function unsaid({ object }: RecordWrite): Error {
  return new UnavailableError("Salesforce said nothing about this record.", { object });
}
