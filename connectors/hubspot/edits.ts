/** "Property history": who gave a property its value. HubSpot keeps it for each value, and reads 50 records a call with it. */
import { z } from "zod";
import { bisect } from "../bisect.ts";
import type { Connector } from "../connector.ts";
import type { Edit } from "../edits.ts";
import { NotFoundError, RejectedError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { LANE } from "./batch-size.ts";
import { missingIn } from "./find.ts";
import type { HubspotHttp } from "./http.ts";
import { resultsOf } from "./look-up.ts";
import type { Paths } from "./paths.ts";
import type { Read } from "./wire.ts";

/** With history, "at most 50 inputs". */
const MAX_INPUTS = 50;

const value = z.looseObject({
  timestamp: z.string(),
  sourceType: z.string().nullish(),
  sourceId: z.string().nullish(),
  sourceLabel: z.string().nullish(),
  updatedByUserId: z.union([z.string(), z.number()]).transform(String).nullish(),
});
type Value = z.infer<typeof value>;
const histories = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.union([z.string(), z.number()]).transform(String),
      // What cannot be read says nothing of who wrote it.
      propertiesWithHistory: z.record(z.string(), z.array(value).catch([])).nullish().catch(undefined),
    }),
  ),
});

interface Deps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  /** Undefined where nobody has told us. */
  readonly appId: string | undefined;
}

interface Asked {
  readonly id: string;
  readonly fields: readonly string[];
  /** Two who ask for the same record may share a call, so each item has a key of its own. */
  readonly key: string;
}

export function createEdits(deps: Deps): NonNullable<Connector["edits"]> {
  const lanes = new Map<string, (asked: Asked) => Promise<readonly Edit[]>>();
  let count = 0;

  function lane(object: string): (asked: Asked) => Promise<readonly Edit[]> {
    const existing = lanes.get(object);
    if (existing !== undefined) return existing;
    const created = createLane<Asked, readonly Edit[]>({
      ...LANE,
      maxSize: MAX_INPUTS,
      keyOf: ({ key }) => key,
      acquire: () => deps.http.acquire(),
      run: (items, permit) => readAll(deps, object, items, permit),
    });
    lanes.set(object, created);
    return created;
  }

  return async (object, id, fields) => {
    if (fields.length === 0) return [];
    count += 1;
    return await lane(object)({ id: id.trim(), fields, key: String(count) });
  };
}

async function readAll(
  deps: Deps,
  object: string,
  items: readonly Asked[],
  permit: Permit,
): Promise<(readonly Edit[] | Error)[]> {
  const fields = [...new Set(items.flatMap((item) => item.fields))].sort();
  const ids = [...new Set(items.map(({ id }) => id))];
  const answers = await bisect<string, ReadonlyMap<string, Edit>>(
    {
      send: (some, held) => readSome(deps, object, fields, some, held),
      isAboutSome: (error) => error instanceof RejectedError || error instanceof NotFoundError,
      guilty: () => [],
    },
    ids,
    permit,
  );
  const byId = new Map(ids.map((id, index) => [id, answers[index]]));
  return items.map((item) => {
    const answer = byId.get(item.id);
    if (answer instanceof NotFoundError) return [];
    return answer instanceof Error ? answer : item.fields.flatMap((field) => answer?.get(field) ?? []);
  });
}

async function readSome(
  { http, paths, appId }: Deps,
  object: string,
  fields: readonly string[],
  ids: readonly string[],
  permit: Permit | undefined,
): Promise<ReadonlyMap<string, Edit>[]> {
  const answer = await http.send({
    method: "POST",
    path: paths.objects(object, "/batch/read"),
    body: {
      properties: [],
      propertiesWithHistory: fields,
      inputs: ids.map((id) => ({ id })),
    } satisfies Read,
    operation: "edits",
    object,
    records: ids.length,
    permit,
    context: { target: "lookup" },
  });
  missingIn(answer, object);
  const live = new Set(resultsOf(answer, object).flatMap(({ id, archived }) => (archived ? [] : [id])));
  const results = histories.safeParse(answer.body).data?.results ?? [];
  return ids.map((id) => {
    const history = (live.has(id) && results.find((one) => one.id === id)?.propertiesWithHistory) || {};
    return new Map(
      fields.flatMap((field) => {
        const newest = newestOf(history[field] ?? []);
        return newest === undefined ? [] : [[field, toEdit(field, newest, appId)] as const];
      }),
    );
  });
}

/** No document promises their order. */
function newestOf(values: readonly Value[]): Value | undefined {
  return values.reduce<Value | undefined>(
    (newest, one) => (newest === undefined || Date.parse(one.timestamp) > Date.parse(newest.timestamp) ? one : newest),
    undefined,
  );
}

function toEdit(field: string, told: Value, appId: string | undefined): Edit {
  const { timestamp, sourceType, sourceId, sourceLabel, updatedByUserId } = told;
  const time = Date.parse(timestamp);
  return {
    field,
    at: Number.isNaN(time) ? undefined : new Date(time).toISOString(),
    by: sourceLabel || updatedByUserId || sourceId || sourceType || undefined,
    isOurs: isOurs(sourceType ?? undefined, sourceId ?? undefined, appId),
  };
}

/** What an app writes bears its number. */
function isOurs(
  sourceType: string | undefined,
  sourceId: string | undefined,
  appId: string | undefined,
): boolean | undefined {
  if (sourceType === undefined) return undefined;
  if (sourceType !== "INTEGRATION" && sourceType !== "API") return false;
  return appId === undefined || sourceId === undefined ? undefined : sourceId === appId;
}
