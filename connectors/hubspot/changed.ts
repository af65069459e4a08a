/**
 * What changed since, by HubSpot's search. It trails behind writes, so it begins somewhat before; a deletion and an association
 * move no last-modified date, and are never among what it finds.
 */
import { z } from "zod";
import type { Connector } from "../connector.ts";
import { type Changes, momentOf } from "../edits.ts";
import { UnavailableError } from "../errors.ts";
import type { HubspotHttp } from "./http.ts";
import { resultsOf } from "./look-up.ts";
import type { Paths } from "./paths.ts";
import type { Search } from "./wire.ts";

/** "Search: limitations". */
const PAGE = 200;
const MAX_FOUND = 10_000;
const TRAILS_MS = 60_000;

const dated = z.iso.datetime({ offset: true });

interface Deps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
}

/** Where the next page begins: at a moment, and so many places behind it. */
interface Place {
  readonly from: number;
  readonly after: number;
}

export function createChangedSince(deps: Deps): NonNullable<Connector["changedSince"]> {
  return async (object, field, since): Promise<Changes> => {
    const changed = new Set<string>();
    let place: Place = { from: momentOf(since, object).getTime() - TRAILS_MS, after: 0 };
    for (let asked = 0; asked < MAX_FOUND; asked += PAGE) {
      const found = await pageAt(deps, object, field, place);
      for (const { id } of found) changed.add(id);
      if (found.length < PAGE) return { changed: [...changed], deleted: [], complete: true };
      place = following(place, found.at(-1)?.at ?? place.from);
    }
    return { changed: [...changed], deleted: [], complete: false };
  };
}

/** By date and not by place, as far as can be: a record that is changed meanwhile moves to the end, and all behind it move up. */
function following({ from, after }: Place, last: number): Place {
  return last > from ? { from: last, after: 0 } : { from, after: after + PAGE };
}

async function pageAt(
  { http, paths }: Deps,
  object: string,
  field: string,
  { from, after }: Place,
): Promise<{ readonly id: string; readonly at: number }[]> {
  const modified = modifiedOf(object);
  const body: Search = {
    filterGroups: [
      {
        filters: [
          { propertyName: modified, operator: "GTE", value: String(from) },
          { propertyName: field, operator: "HAS_PROPERTY" },
        ],
      },
    ],
    properties: [modified],
    limit: PAGE,
    after: String(after),
    sorts: [modified],
  };
  const path = paths.objects(object, "/search");
  const answer = await http.send({ method: "POST", path, body, operation: "changes", object, kind: "search" });
  return resultsOf(answer, object).map(({ id, properties }) => {
    const at = dated.safeParse(properties?.[modified]);
    if (at.success) return { id, at: Date.parse(at.data) };
    const message = "HubSpot found a record and did not say when it was changed.";
    throw new UnavailableError(message, { object, requestId: answer.requestId });
  });
}

/** Contacts are older than the others' name for it. */
function modifiedOf(object: string): string {
  return object === "contacts" || object === "0-1" ? "lastmodifieddate" : "hs_lastmodifieddate";
}
