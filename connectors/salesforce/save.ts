/** Writes, gathered into sObject Collections calls of up to 200 records, each answered for itself. */
import { z } from "zod";
import type { FieldValue, RecordWrite, SavedRecord } from "../connector.ts";
import {
  ConflictError,
  type CrmError,
  DuplicateError,
  MisconfiguredError,
  RejectedError,
  UnavailableError,
} from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { toCrmError } from "./errors.ts";
import type { SalesforceHttp } from "./http.ts";
import { LANE } from "./lanes.ts";
import { identifier } from "./soql.ts";

const row = z.looseObject({
  id: z.string().nullish(),
  success: z.boolean(),
  created: z.boolean().optional(),
  errors: z
    .array(
      z.looseObject({
        statusCode: z.string().optional(),
        errorCode: z.string().optional(),
        message: z.string().optional(),
        fields: z.array(z.string()).nullish(),
      }),
    )
    .optional(),
});
type Row = z.infer<typeof row>;

type Answer = SavedRecord | Error | undefined;
type Save = (write: RecordWrite) => Promise<SavedRecord>;

export function createSaver(http: SalesforceHttp, acquire: () => Promise<Permit>): Save {
  const lanes = new Map<string, Save>();

  function laneFor(write: RecordWrite): Save {
    const { object, target } = write;
    const key = target.by === "id" ? object : `${object}/${target.field}`;
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lane = createLane<RecordWrite, SavedRecord>({
      ...LANE,
      keyOf: ({ target: one }) => (one.by === "id" ? one.id : one.value).toLowerCase(),
      acquire,
      run: async (writes, permit) => (await saveAll(http, writes, permit)).map((answer) => answer ?? silent()),
    });
    lanes.set(key, lane);
    return lane;
  }

  return async (write) => {
    const lane = laneFor(write);
    try {
      return await lane(write);
    } catch (error) {
      // Two racing upserts of one new external id: the loser finds the winner's record when it asks again.
      if (error instanceof DuplicateError && isOwnKey(error, write)) return await lane(write);
      throw error;
    }
  };
}

function isOwnKey(error: DuplicateError, { target }: RecordWrite): boolean {
  if (target.by !== "external_id") return false;
  return (
    error.fields.includes(target.field) || error.message.includes(target.field) || error.message.includes("external id")
  );
}

/** Sends the writes; when the whole call is refused because of some of them, halves it until those stand alone. */
async function saveAll(http: SalesforceHttp, writes: readonly RecordWrite[], permit?: Permit): Promise<Answer[]> {
  try {
    const answers = await sendBatch(http, writes, permit);
    return await repeatRolledBack(http, writes, answers);
  } catch (error) {
    if (!isAboutSomeRecord(error) || writes.length === 1) {
      if (writes.length === 1 && error instanceof Error) return [error];
      throw error;
    }
    const middle = Math.ceil(writes.length / 2);
    const left = await settled(saveAll(http, writes.slice(0, middle)), middle);
    const right = await settled(saveAll(http, writes.slice(middle)), writes.length - middle);
    return [...left, ...right];
  }
}

async function settled(answers: Promise<Answer[]>, count: number): Promise<Answer[]> {
  try {
    return await answers;
  } catch (error) {
    return Array.from({ length: count }, () => error as Error);
  }
}

/** A 400 for the whole call can be one record's fault; an outage, a lock or a limit cannot. */
function isAboutSomeRecord(error: unknown): error is CrmError {
  return (
    (error instanceof RejectedError || error instanceof MisconfiguredError || error instanceof DuplicateError) &&
    error.status === 400
  );
}

async function sendBatch(
  http: SalesforceHttp,
  writes: readonly RecordWrite[],
  permit: Permit | undefined,
): Promise<Answer[]> {
  const [first] = writes;
  if (first === undefined) return [];
  const { object, target } = first;
  const path =
    target.by === "id"
      ? "/composite/sobjects"
      : `/composite/sobjects/${identifier(object)}/${identifier(target.field)}`;
  const body: unknown = await http.send({
    method: "PATCH",
    path,
    body: { allOrNone: false, records: writes.map(toRow) },
    operation: target.by === "id" ? "update" : "upsert",
    object,
    records: writes.length,
    ...(permit && { permit }),
  });
  const rows = z.array(z.unknown()).safeParse(body);
  if (!rows.success) throw new UnavailableError("Salesforce's answer to a write is not a list of results.", { object });
  return writes.map((write, index) => toAnswer(write, rows.data[index]));
}

function toRow({ object, target, values, links }: RecordWrite): Record<string, unknown> {
  const key = target.by === "id" ? { id: target.id } : { [target.field]: target.value };
  const lookups: Record<string, FieldValue> = {};
  for (const link of links) lookups[identifier(link.via)] = link.toId;
  return { attributes: { type: object }, ...values, ...lookups, ...key };
}

function toAnswer(write: RecordWrite, raw: unknown): Answer {
  const parsed = row.safeParse(raw);
  if (!parsed.success) return undefined;
  if (parsed.data.success) return succeeded(write, parsed.data);
  const [error] = parsed.data.errors ?? [];
  if (error === undefined) return undefined;
  const fault = {
    code: error.statusCode ?? error.errorCode ?? "UNKNOWN",
    message: error.message ?? "",
    fields: error.fields ?? [],
  };
  const values = Object.fromEntries(Object.entries({ ...write.values, ...keyOf(write) }));
  return toCrmError(fault, { object: write.object, target: write.target.by, values });
}

function succeeded(write: RecordWrite, { id, created }: Row): SavedRecord | undefined {
  const known = id ?? (write.target.by === "id" ? write.target.id : undefined);
  return known === undefined ? undefined : { id: known, created: created ?? false };
}

function keyOf({ target }: RecordWrite): Record<string, FieldValue> {
  return target.by === "external_id" ? { [target.field]: target.value } : {};
}

/** Some orgs roll a whole call back despite `allOrNone: false`; the innocent rows are sent again without the guilty. */
async function repeatRolledBack(
  http: SalesforceHttp,
  writes: readonly RecordWrite[],
  answers: Answer[],
): Promise<Answer[]> {
  const innocent = writes.filter((_write, index) => isRolledBack(answers[index]));
  if (innocent.length === 0 || innocent.length === writes.length) return answers;
  const again = await settled(sendBatch(http, innocent, undefined), innocent.length);
  const byWrite = new Map(innocent.map((write, index) => [write, again[index]]));
  return writes.map((write, index) => (byWrite.has(write) ? byWrite.get(write) : answers[index]));
}

function isRolledBack(answer: Answer): boolean {
  return (
    answer instanceof ConflictError &&
    (answer.code === "ALL_OR_NONE_OPERATION_ROLLED_BACK" || answer.code === "PROCESSING_HALTED")
  );
}

function silent(): Error {
  return new UnavailableError("Salesforce accepted the batch but said nothing about this record.");
}
