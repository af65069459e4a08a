/** Look-ups by a property that identifies nobody: HubSpot's search, which trails behind writes by some seconds. */
import { z } from "zod";
import { UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import { createPages } from "../pages.ts";
import type { ResultItem } from "./batch-shape.ts";
import type { HubspotAnswer } from "./http.ts";
import { type FinderDeps, type Found, isOf, type LookUp, propertiesToRead, resultsOf, toRecords } from "./look-up.ts";
import type { Search } from "./wire.ts";

const paged = z.looseObject({
  paging: z.looseObject({ next: z.looseObject({ after: z.union([z.string(), z.number()]) }).nullish() }).nullish(),
});
const PAGE = 100;
/** "Search: limitations": the body of a request has at most 3,000 characters. */
const MAX_BODY = 3_000;
/** Longer than any place among the results. */
const SOME_PLACE = "0".repeat(20);

/** @returns for each value the records that have it, or why they could not be looked up, in order */
export async function search(
  deps: FinderDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<(Found | Error)[]> {
  const answers: (Found | Error)[] = [];
  const [bodies, asked] = withinReach(lookUp, values);
  for (const [index, some] of bodies.entries()) {
    try {
      answers.push(...(await searchSome(deps, asked, some, index === 0 ? permit : undefined)));
    } catch (error) {
      answers.push(...some.map(() => (error instanceof Error ? error : new Error(String(error)))));
    }
  }
  return answers;
}

/** What is asked for as well costs no call, and keeps nothing from being found. */
function withinReach(lookUp: LookUp, values: readonly string[]): [bodies: string[][], asked: LookUp] {
  const alone = { ...lookUp, also: [] };
  const [bodies, full] = [bodiesFull(alone, values), bodiesFull(lookUp, values)];
  const fits = full.length === bodies.length && full.every((some) => lengthOf(lookUp, some) <= MAX_BODY);
  return fits ? [full, lookUp] : [bodies, alone];
}

/** As many values in one body as fit; one that does not fit alone is left for HubSpot to refuse. */
function bodiesFull(lookUp: LookUp, values: readonly string[]): string[][] {
  const bodies: string[][] = [];
  for (const value of values) {
    const last = bodies.at(-1);
    if (last !== undefined && lengthOf(lookUp, [...last, value]) <= MAX_BODY) last.push(value);
    else bodies.push([value]);
  }
  return bodies;
}

function lengthOf(lookUp: LookUp, values: readonly string[]): number {
  return JSON.stringify(bodyOf(lookUp, values, SOME_PLACE)).length;
}

/** @throws CrmError */
async function searchSome(
  deps: FinderDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<Found[]> {
  const found: ResultItem[] = [];
  const following = createPages("HubSpot", lookUp.object);
  let after: string | undefined;
  let held = permit;
  do {
    const answer = await searchPage(deps, lookUp, values, after, held);
    found.push(...resultsOf(answer, lookUp.object));
    const next = paged.safeParse(answer.body).data?.paging?.next?.after;
    after = following(next === undefined ? undefined : String(next));
    held = undefined;
  } while (after !== undefined);
  const { field = "" } = lookUp;
  // Without the value it was found by, nobody can say whose a record is; leaving it out would make it "none".
  if (found.some(({ properties }) => properties?.[field] === undefined)) {
    throw new UnavailableError("HubSpot found a record and did not say by what.", { object: lookUp.object });
  }
  const live = found.filter(({ archived }) => !archived);
  return values.map((value) =>
    toRecords(
      lookUp,
      live.filter((item) => isOf(item, field, value)),
    ),
  );
}

async function searchPage(
  { http, paths }: FinderDeps,
  lookUp: LookUp,
  values: readonly string[],
  after: string | undefined,
  permit: Permit | undefined,
): Promise<HubspotAnswer> {
  const { object, field } = lookUp;
  return await http.send({
    method: "POST",
    path: paths.objects(object, "/search"),
    body: bodyOf(lookUp, values, after),
    operation: "search",
    object,
    records: values.length,
    kind: "search",
    permit,
    context: {
      target: "lookup",
      values: Object.fromEntries(values.map((value, index) => [`${field} ${index + 1}`, value])),
    },
  });
}

/** The published contract requires every key of it; a search begins at place 0. */
function bodyOf(lookUp: LookUp, values: readonly string[], after = "0"): Search {
  const { field = "" } = lookUp;
  const filter = { propertyName: field, operator: "IN", values: values.map((value) => value.toLowerCase()) } as const;
  return {
    filterGroups: [{ filters: [filter] }],
    properties: propertiesToRead(lookUp),
    limit: PAGE,
    after,
    sorts: [],
  };
}
