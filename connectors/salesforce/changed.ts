/** What changed since: values by `SystemModstamp`, deletions by "Get Deleted", which an org keeps for 15 days at the longest. */
import { z } from "zod";
import type { Connector } from "../connector.ts";
import { type Changes, momentOf } from "../edits.ts";
import { CrmError, UnavailableError } from "../errors.ts";
import type { SalesforceHttp } from "./http.ts";
import { isSameUser, type OurId } from "./identity.ts";
import { identifier } from "./soql.ts";

/** Of 2,000 records each. */
const MAX_PAGES = 25;
const MAX_DELETED = 50_000;
const MINUTE_MS = 60_000;
/** An hour less than the 15 days, whose end no document tells to the minute. */
const DELETED_KEPT_MS = (15 * 24 - 1) * 60 * MINUTE_MS;

const page = z.looseObject({
  records: z.array(z.looseObject({ Id: z.string(), LastModifiedById: z.string().nullish() })),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
});
const deletedAnswer = z.looseObject({
  deletedRecords: z.array(z.looseObject({ id: z.string() })),
  earliestDateAvailable: z.string(),
  latestDateCovered: z.string(),
});

type Told = { readonly ids: readonly string[]; readonly complete: boolean };

export function createChangedSince(http: SalesforceHttp, ourId: OurId): NonNullable<Connector["changedSince"]> {
  return async (object, field, since): Promise<Changes> => {
    const from = momentOf(since, object);
    const changed = await changedFrom(http, object, field, from);
    const deleted = await deletedFrom(http, object, from);
    const byUs = await writtenByUs(changed.by, ourId);
    const complete = changed.complete && deleted.complete;
    return { changed: changed.ids, ...(byUs.length > 0 && { byUs }), deleted: deleted.ids, complete };
  };
}

/** A person's edit that we wrote over since, elsewhere in the record, looks like ours: a read of the record alone tells. */
async function writtenByUs(by: ReadonlyMap<string, string>, ourId: OurId): Promise<string[]> {
  const us = by.size === 0 ? undefined : await ourId();
  return [...by].filter(([, userId]) => isSameUser(userId, us)).map(([id]) => id);
}

async function changedFrom(
  http: SalesforceHttp,
  object: string,
  field: string,
  from: Date,
): Promise<Told & { readonly by: ReadonlyMap<string, string> }> {
  const where = `SystemModstamp >= ${wholeSeconds(from)} AND ${identifier(field)} != null`;
  const soql = `SELECT Id, LastModifiedById FROM ${identifier(object)} WHERE ${where} ORDER BY SystemModstamp, Id`;
  const ids = new Set<string>();
  const by = new Map<string, string>();
  let path = `/query?q=${encodeURIComponent(soql)}`;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { body, requestId } = await http.send({ method: "GET", path, operation: "changes", object });
    const answer = page.safeParse(body);
    if (!answer.success || (!answer.data.done && answer.data.nextRecordsUrl === undefined)) {
      const message = "Salesforce's answer to a query is not a whole list of records.";
      throw new UnavailableError(message, { object, requestId });
    }
    for (const { Id, LastModifiedById: userId } of answer.data.records) {
      ids.add(Id);
      if (typeof userId === "string") by.set(Id, userId);
    }
    if (answer.data.done) return { ids: [...ids], by, complete: true };
    path = answer.data.nextRecordsUrl ?? "";
  }
  return { ids: [...ids], by, complete: false };
}

/** Seconds are ignored, and the start must be a minute before the end at least. */
async function deletedFrom(http: SalesforceHttp, object: string, from: Date): Promise<Told> {
  const now = Date.now();
  const end = wholeMinute(now);
  const start = wholeMinute(Math.max(Math.min(from.getTime(), end - MINUTE_MS), now - DELETED_KEPT_MS));
  const answer = await deletedIn(http, object, new Date(start), new Date(end));
  if (answer === undefined) return { ids: [], complete: false };
  const { deletedRecords, earliestDateAvailable, latestDateCovered } = answer;
  const ids = deletedRecords.slice(0, MAX_DELETED).map(({ id }) => id);
  const isWhole =
    ids.length === deletedRecords.length &&
    start <= from.getTime() &&
    Date.parse(earliestDateAvailable) <= from.getTime() &&
    Date.parse(latestDateCovered) >= end;
  return { ids, complete: isWhole };
}

/** @returns undefined where the object is none of those whose deletions are kept, or our user may not ask */
async function deletedIn(
  http: SalesforceHttp,
  object: string,
  start: Date,
  end: Date,
): Promise<z.infer<typeof deletedAnswer> | undefined> {
  const query = new URLSearchParams({ start: wholeSeconds(start), end: wholeSeconds(end) });
  const path = `/sobjects/${identifier(object)}/deleted/?${query}`;
  try {
    const { body, requestId } = await http.send({ method: "GET", path, operation: "changes", object });
    const answer = deletedAnswer.safeParse(body);
    if (answer.success) return answer.data;
    throw new UnavailableError("Salesforce's list of what was deleted cannot be read.", { object, requestId });
  } catch (error) {
    if (error instanceof CrmError && (!error.retry || error.kind === "unknown")) return undefined;
    throw error;
  }
}

function wholeMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
