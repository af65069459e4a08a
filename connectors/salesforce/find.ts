/** Look-ups, gathered into SOQL queries of up to 200 values. */
import { z } from "zod";
import { type BisectOptions, bisect } from "../bisect.ts";
import type { CrmRecord, FieldValue, FindQuery } from "../connector.ts";
import { MisconfiguredError, type NotFoundError, RejectedError, UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { createPages } from "../pages.ts";
import { LANE } from "./batch-size.ts";
import { isAboutSomeRecord } from "./errors.ts";
import { manyLinksOf } from "./guests.ts";
import type { SalesforceHttp } from "./http.ts";
import { BIN_FIELDS, canBeMerged, type Fate, fateOf, mergedAway } from "./recycle-bin.ts";
import { isIdentifier, quote, selectWhereIn } from "./soql.ts";
import { createUnreadable, type Unreadable } from "./unreadable.ts";

const queryAnswer = z.looseObject({
  records: z.array(z.looseObject({ Id: z.string() })),
  done: z.boolean().optional(),
  nextRecordsUrl: z.string().optional(),
});
type RawRecord = z.infer<typeof queryAnswer>["records"][number];

interface Asked {
  readonly value: string;
  /** Two who ask the same may share a query, so each item has a key of its own. */
  readonly key: string;
  readonly also: readonly string[];
}
type Found = readonly CrmRecord[];

/** What the look-ups of one lane have in common. */
interface Search {
  readonly object: string;
  readonly field: string;
  readonly select: readonly string[];
  readonly also: readonly string[];
}

interface Deps {
  readonly http: SalesforceHttp;
  readonly unreadable: Unreadable;
}

export function createFinder(http: SalesforceHttp): (query: FindQuery) => Promise<Found> {
  const lanes = new Map<string, (asked: Asked) => Promise<Found>>();
  const deps: Deps = { http, unreadable: createUnreadable() };
  let count = 0;

  function laneFor(search: Omit<Search, "also">): (asked: Asked) => Promise<Found> {
    const key = JSON.stringify(search);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lane = createLane<Asked, Found>({
      ...LANE,
      keyOf: (asked) => asked.key,
      acquire: http.acquire,
      // What is read only as well sends nobody's look-up into a call of its own.
      run: (items, permit) => {
        const also = columnsIn(
          search.object,
          items.flatMap((item) => item.also),
        );
        return findAll(deps, { ...search, also }, items, permit);
      },
    });
    lanes.set(key, lane);
    return lane;
  }

  return async ({ object, by, select, also = [] }) => {
    const [field, value] = lookedUpBy(by);
    if (value.trim() === "") {
      // In SOQL an empty text equals null, and so every record that has nothing in the field.
      throw new RejectedError("Nothing can be looked up by an empty value.", { object, fields: [field] });
    }
    count += 1;
    return await laneFor({ object, field, select: [...select].sort() })({
      value,
      key: String(count),
      also,
    });
  };
}

/** Links that hold many records are no fields, and are told apart. */
function columnsIn(object: string, names: readonly string[]): string[] {
  const apart = new Set(manyLinksOf(object));
  return [...new Set(names)].filter((name) => isIdentifier(name) && !apart.has(name)).sort();
}

/** A link is a lookup field. */
function lookedUpBy(by: FindQuery["by"]): readonly [field: string, value: string] {
  if ("link" in by) return [by.link.via, by.link.toId];
  return "id" in by ? ["Id", by.id] : [by.field, by.value];
}

async function findAll(
  deps: Deps,
  search: Search,
  items: readonly Asked[],
  permit: Permit,
): Promise<(Found | Error)[]> {
  const values = [...new Map(items.map(({ value }) => [comparable(search, value), value])).values()];
  const options: BisectOptions<string, Found> = {
    send: (some, held) => findSome(deps, search, some, held),
    // A wrong name in the query is wrong for all; a value that cannot be compared with the field is not.
    isAboutSome: (error) => error.kind !== "misconfigured" && isAboutSomeRecord(error),
    guilty: () => [],
  };
  const answers = await bisect(options, values, permit);
  const byValue = new Map(values.map((value, index) => [comparable(search, value), answers[index]]));
  return items.map(({ value }) => byValue.get(comparable(search, value)) ?? unsaid(search));
}

async function findSome(
  deps: Deps,
  search: Search,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<(Found | NotFoundError)[]> {
  const found = await query(deps, search, values, permit);
  const [only] = values;
  if (values.length === 1 && only !== undefined) return [left(matching(search, only, found))];
  const byValue = new Map<string, Match[]>(values.map((value) => [comparable(search, value), []]));
  let strangers = false;
  for (const match of found) {
    const group = byValue.get(comparable(search, match.matched));
    if (group === undefined) strangers = true;
    else group.push(match);
  }
  const answers = values.map((value) => byValue.get(comparable(search, value)) ?? []);
  if (!strangers) return answers.map(left);
  // Salesforce's idea of equal is wider than ours. Asking one by one tells whose the strangers are; "none" would be a guess.
  return await Promise.all(
    values.map(async (value, index) => {
      const answer = answers[index] ?? [];
      return left(answer.length > 0 ? answer : matching(search, value, await query(deps, search, [value], undefined)));
    }),
  );
}

/** Those that are there; where a record was merged away, an error that says into which. */
function left(matches: readonly Match[]): Found | NotFoundError {
  for (const { record, fate } of matches)
    if (typeof fate === "object") return mergedAway(record.object, record.id, fate);
  return matches.filter(({ fate }) => fate === "there").map(({ record }) => record);
}

/**
 * What Salesforce returns for one value alone, it holds to match, in a wider sense of equal than ours (`ß` and `ss`). A
 * record that says something else altogether is not the one that was asked for, and nobody can say what is.
 */
function matching(search: Search, value: string, found: readonly Match[]): readonly Match[] {
  const isEqual = ({ matched }: Match): boolean =>
    comparable(search, matched) === comparable(search, value) || WIDE.compare(matched.trim(), value.trim()) === 0;
  if (!found.every(isEqual)) {
    throw new UnavailableError("Salesforce answered a look-up with a record that does not match it.", {
      object: search.object,
    });
  }
  return found;
}

const WIDE = new Intl.Collator("en", { sensitivity: "base" });

interface Match {
  readonly record: CrmRecord;
  /** The record's own value in the field that was looked up. */
  readonly matched: string;
  readonly fate: Fate;
}

/** Without what our user may not read of what is read only as well: that is found out once. */
async function query(
  { http, unreadable }: Deps,
  search: Search,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<Match[]> {
  let held = permit;
  for (;;) {
    const also = unreadable.without(search.object, search.also);
    try {
      return await queryOnce(http, { ...search, also }, values, held);
    } catch (error) {
      held = undefined;
      if (!(error instanceof MisconfiguredError)) throw error;
      if (!unreadable.learn(search.object, { asked: also, needed: [search.field, ...search.select] }, error))
        throw error;
    }
  }
}

async function queryOnce(
  http: SalesforceHttp,
  asked: Search,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<Match[]> {
  const { object, field } = asked;
  const found: Match[] = [];
  let held = permit;
  const [resource, needed] = seesBin(asked) ? ["queryAll", [...asked.select, ...BIN_FIELDS]] : ["query", asked.select];
  const alone = selectWhereIn(object, needed, field, values);
  const full = selectWhereIn(object, [...needed, ...asked.also], field, values);
  const [queries, search] = full.length > alone.length ? [alone, { ...asked, also: [] }] : [full, asked];
  for (const soql of queries) {
    const following = createPages("Salesforce", object);
    let path: string | undefined = `/${resource}?q=${encodeURIComponent(soql)}`;
    while (path !== undefined) {
      const request = { method: "GET", path, operation: "find", object, records: values.length } as const;
      const { body, requestId } = await http.send({ ...request, permit: held, values: sent(field, values) });
      const answer = queryAnswer.safeParse(body);
      held = undefined;
      // A look-up that failed, or was read in part, must never pass for "none": duplicates are made that way.
      if (!answer.success || (answer.data.done === false && answer.data.nextRecordsUrl === undefined)) {
        throw new UnavailableError("Salesforce's answer to a query is not a whole list of records.", {
          object,
          requestId,
        });
      }
      found.push(...answer.data.records.map((raw) => toMatch(search, raw)));
      path = following(answer.data.done === false ? answer.data.nextRecordsUrl : undefined);
    }
  }
  return found;
}

/** As they were given, and as they stand in the query, which refusals quote. */
function sent(field: string, values: readonly string[]): Record<string, string> {
  const forms = values.flatMap((value, index) => [
    [`${field} ${index + 1}`, value],
    [`${field} ${index + 1}, quoted`, quote(value).slice(1, -1)],
  ]);
  return Object.fromEntries(forms);
}

/** By its id a record is asked for that was there: what became of it is to be known. */
function seesBin({ object, field }: Search): boolean {
  return field === "Id" && canBeMerged(object);
}

function toMatch(search: Search, raw: RawRecord): Match {
  const { object, field, select, also } = search;
  const values = Object.fromEntries([...select, ...also].map((name) => [name, valueAt(raw, name)]));
  const fate = seesBin(search) ? fateOf((name) => valueAt(raw, name)) : "there";
  return { record: { object, id: raw.Id, values }, matched: String(valueAt(raw, field) ?? ""), fate };
}

/** Salesforce answers with its own spelling of a name, and with a nested object for `Account.Name`. */
function valueAt(raw: Readonly<Record<string, unknown>>, path: string): FieldValue {
  let value: unknown = raw;
  for (const step of path.toLowerCase().split(".")) {
    if (typeof value !== "object" || value === null) return null;
    value = Object.entries(value).find(([name]) => name.toLowerCase() === step)?.[1];
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Salesforce compares text without regard to case, and knows an id by its first 15 characters. */
function comparable({ field }: Search, value: string): string {
  return field.toLowerCase() === "id" ? value.trim().slice(0, 15) : value.trim().normalize().toLowerCase();
}

function unsaid({ object }: Search): Error {
  return new UnavailableError("Salesforce said nothing about this look-up.", { object });
}
