/** What becomes of records that are not there: deleted ones in a read, merged ones in a read and an update; and the search. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Facts, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import type { HubspotFacts } from "../../world/hubspot.ts";
import { parseBatchAnswer } from "../batch-shape.ts";
import { search } from "../search.ts";
import { askBatch, type Probing, settle } from "./ask.ts";

/** How long each further look waits for what was just made. */
const WAITS_MS = [0, 500, 1_000, 1_500, 2_000, 3_000];

/** Made by an earlier probe, in whichever order. */
export interface Made {
  readonly people: readonly TestRecord[];
  readonly ids: readonly string[];
  readonly at: number;
}

/** @returns what an account's search, reads and merges are like; leaves one of the three people, or none */
export async function probeLives(probing: Probing, { people, ids, at }: Made): Promise<Facts> {
  const [first] = people;
  const [one, two, three] = ids;
  if (first === undefined || one === undefined || two === undefined || three === undefined) {
    return open(["searchLagMs", "missing", "mergedIds"], "no test people could be made");
  }
  const { object } = first;
  return {
    ...(await settle(probing, ["searchLagMs"], () => probeSearch(probing, first, at))),
    ...(await settle(probing, ["missing"], () => probeMissing(probing, object, one, three))),
    ...(await settle(probing, ["mergedIds"], () => probeMerge(probing, object, one, two))),
  };
}

async function probeSearch(probing: Probing, { object, key }: TestRecord, at: number): Promise<Facts> {
  for (const wait of WAITS_MS) {
    await sleep(wait);
    const permit = await probing.http.acquire("search");
    const [found] = await search(probing, { object, field: key.field, select: [], also: [] }, [key.value], permit);
    if (found instanceof Error) throw found;
    if (found !== undefined && found.length > 0) return { searchLagMs: { settled: wait === 0 ? 0 : Date.now() - at } };
  }
  return open(["searchLagMs"], "a search did not see a new record within some seconds");
}

async function probeMissing(probing: Probing, object: string, there: string, gone: string): Promise<Facts> {
  const { http, paths, made } = probing;
  const path = paths.objects(object, `/${encodeURIComponent(gone)}`);
  await http.send({ method: "DELETE", path, operation: "remove", object, records: 1, context: { target: "id" } });
  made.delete(gone);
  const answer = await read(probing, object, [there, gone]);
  if (answer === undefined) return { missing: { settled: "not_found" } };
  if (answer.errors.length > 0) return { missing: { settled: "multi_status" } };
  return answer.results.length === 1
    ? { missing: { settled: "left_out" } }
    : open(["missing"], "a read still found a record that was removed");
}

async function probeMerge(probing: Probing, object: string, survivor: string, other: string): Promise<Facts> {
  const { http, paths, made } = probing;
  const body = { primaryObjectId: survivor, objectIdToMerge: other };
  const path = paths.objects(object, "/merge");
  const merged = await http.send({ method: "POST", path, body, operation: "recognise", object, records: 2 });
  // The record that is left may have an id of its own.
  const { results } = parseBatchAnswer({ body: { results: [merged.body] }, requestId: merged.requestId }, object);
  for (const result of results) if (result !== undefined) made.add(result.id);
  return { mergedIds: await mergedIds(probing, object, other) };
}

async function mergedIds(probing: Probing, object: string, other: string): Promise<HubspotFacts["mergedIds"]> {
  const found = await read(probing, object, [other]);
  if ((found?.results.length ?? 0) === 0) return { settled: "not_found" };
  const inputs = [{ id: other, objectWriteTraceId: "merged", properties: {} }];
  const updated = await askBatch(probing, object, "update", { inputs });
  if (updated === undefined || updated.errors.length > 0) return { open: "a read leads on, and an update is refused" };
  return { settled: updated.results.length === 0 ? "left_out" : "redirect" };
}

async function read(probing: Probing, object: string, ids: readonly string[]) {
  const body = { properties: [], propertiesWithHistory: [], inputs: ids.map((id) => ({ id })) };
  return await askBatch(probing, object, "read", body);
}
