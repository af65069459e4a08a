/**
 * Finds a record whose external id HubSpot does not keep unique. The linked record's associations are consistent at once,
 * a search is not, so they are asked first. A look that failed never passes for "there is none".
 */
import { z } from "zod";
import type { CrmRecord, FindQuery, Link, RecordWrite } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { createPages } from "../pages.ts";
import { parseBatchAnswer } from "./batch-shape.ts";
import { toCrmError } from "./errors.ts";
import type { HubspotAnswer, HubspotHttp } from "./http.ts";
import type { Paths } from "./paths.ts";
import type { ReadAssociations } from "./wire.ts";

export type ByExternalId = RecordWrite & { readonly target: { readonly by: "external_id" } };

interface LocatorDeps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly find: (query: FindQuery) => Promise<readonly CrmRecord[]>;
}

const after = z.looseObject({ next: z.looseObject({ after: z.union([z.string(), z.number()]) }).nullish() });
const kind = z.looseObject({ category: z.string(), typeId: z.number(), label: z.string().nullish() });
const associationsAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      from: z
        .looseObject({ id: z.union([z.string(), z.number()]).transform(String) })
        .optional()
        .catch(undefined),
      to: z.array(
        z.looseObject({
          toObjectId: z.union([z.string(), z.number()]).transform(String),
          associationTypes: z.array(kind).optional().catch(undefined),
        }),
      ),
      paging: after.nullish(),
    }),
  ),
});

/** @returns its id, of several the oldest record's. @throws CrmError */
export async function locate(deps: LocatorDeps, write: ByExternalId): Promise<string | undefined> {
  const { object, target } = write;
  const select = [target.field];
  for (const link of write.links) {
    const records = await findLinked(deps, object, link, select);
    const ours = records.filter((record) => record.values[target.field] === target.value);
    if (ours.length > 0) return oldest(ours);
  }
  return oldest(await deps.find({ object, by: { field: target.field, value: target.value }, select }));
}

/** The records of an object that are associated with another record, in whatever way. @throws CrmError */
export async function findLinked(
  deps: LocatorDeps,
  object: string,
  link: Link,
  select: readonly string[],
): Promise<CrmRecord[]> {
  const ids = await associated(deps, link.toObject, link.toId, object);
  return (await Promise.all(ids.map(({ toObjectId: id }) => deps.find({ object, by: { id }, select })))).flat();
}

export type Associated = Result["to"][number];

/** What a record is associated with, and how. @param begun where to go on in a list that was begun. @throws CrmError */
export async function associated(
  { http, paths }: Pick<LocatorDeps, "http" | "paths">,
  from: string,
  id: string,
  to: string,
  begun?: string,
): Promise<Associated[]> {
  const found: Associated[] = [];
  const following = createPages("HubSpot", from);
  let next = following(begun);
  do {
    const answer = await http.send({
      method: "POST",
      path: paths.associations(from, to, "/batch/read"),
      body: { inputs: [{ id, ...(next !== undefined && { after: next }) }] } satisfies ReadAssociations,
      operation: "associations",
      object: from,
      records: 1,
    });
    const results = associationsIn(answer, from);
    found.push(...results.flatMap((result) => result.to));
    next = following(nextOf(results.at(0)));
  } while (next !== undefined);
  return found;
}

type Result = z.infer<typeof associationsAnswer>["results"][number];

/** @throws CrmError */
export function associationsIn(answer: HubspotAnswer, from: string): readonly Result[] {
  refuseFailure(answer, from);
  const { data } = associationsAnswer.safeParse(answer.body);
  if (data === undefined)
    throw new UnavailableError("HubSpot's list of associations cannot be read.", { object: from });
  return data.results;
}

/** Where the list goes on, where it does. */
export function nextOf(result: Result | undefined): string | undefined {
  const cursor = result?.paging?.next?.after;
  return cursor === undefined ? undefined : String(cursor);
}

/** A record without any association may be answered as an error of the kind "not found". */
function refuseFailure(answer: HubspotAnswer, object: string): void {
  const { errors } = parseBatchAnswer(answer, object);
  const failure = errors.find(
    ({ envelope }) =>
      envelope.category !== "OBJECT_NOT_FOUND" &&
      !/NO_ASSOCIATIONS|not.?found|no .*associat/i.test(`${envelope.subCategory} ${envelope.message}`),
  );
  if (failure === undefined) return;
  throw toCrmError(failure.envelope, { status: 500, requestId: failure.requestId, object });
}

function oldest(records: readonly CrmRecord[]): string | undefined {
  return records.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1)).at(0)?.id;
}
