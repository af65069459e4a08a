/** Look-ups by a property that identifies nobody: HubSpot's search, which trails behind writes by some seconds. */
import { z } from "zod";
import { UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import type { ResultItem } from "./batch-shape.ts";
import type { HubspotAnswer } from "./http.ts";
import { type FinderDeps, type Found, isOf, type LookUp, propertiesToRead, resultsOf, toRecords } from "./look-up.ts";

const paged = z.looseObject({
  paging: z.looseObject({ next: z.looseObject({ after: z.union([z.string(), z.number()]) }).nullish() }).nullish(),
});
const PAGE = 100;

/** @returns for each value the records that have it, in order. @throws CrmError */
export async function search(
  deps: FinderDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit,
): Promise<Found[]> {
  const found: ResultItem[] = [];
  let after: string | undefined;
  let held: Permit | undefined = permit;
  do {
    const answer = await searchPage(deps, lookUp, values, after, held);
    found.push(...resultsOf(answer, lookUp.object));
    const next = paged.safeParse(answer.body).data?.paging?.next?.after;
    after = next === undefined ? undefined : String(next);
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
  const filter = { propertyName: field, operator: "IN", values: values.map((value) => value.toLowerCase()) };
  return await http.send({
    method: "POST",
    path: paths.objects(object, "/search"),
    body: {
      filterGroups: [{ filters: [filter] }],
      properties: propertiesToRead(lookUp),
      limit: PAGE,
      ...(after !== undefined && { after }),
    },
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
