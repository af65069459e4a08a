/** What is listed and told of a random world's records, against the models of those. */
import { expect } from "@jest/globals";
import { CRMS, type Crm, NAMES } from "./order-crms.ts";
import type { Whose } from "./order-events.ts";
import { mayBeUntold } from "./order-known.ts";
import type { Player } from "./order-play.ts";
import { allIn, type Kept, type Scene } from "./order-records.ts";
import { isSame, type Listed, look, type Overwritten } from "./order-rules.ts";

type Entry = Awaited<ReturnType<Player["kept"]>>[number];

/** A round lists what the models say, and one after it the same. */
export async function expectRound(scene: Scene, dies: boolean): Promise<void> {
  const { player } = scene;
  for (const crm of CRMS) {
    const { end, round } = await player.round(crm, dies);
    expect(end).toEqual({ kind: "complete" });
    const entries = await player.kept(crm);
    for (const { id, of, model } of allIn(scene, crm)) {
      const entry = entries.find((one) => one.id === id);
      expect([crm, of, listedIn(crm, of, entry)]).toEqual([crm, of, toldOf(look(model))]);
    }
    const again = await player.round(crm, false);
    const { calls: _, ...counts } = round.counts;
    expect(again.round.counts).toMatchObject(counts);
    const all = allIn(scene, crm);
    expect(lasting(all, await player.kept(crm))).toEqual(lasting(all, entries));
  }
}

/** Of records that are ours still, whenever they were looked at. */
function lasting(all: readonly Kept[], entries: readonly Entry[]): unknown[] {
  const ids = new Set(all.map(({ id }) => id));
  const some = entries.filter(({ id }) => ids.has(id)).map(({ seen: _, ...one }) => one);
  return some.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export async function expectNothingOfOthers(scene: Scene): Promise<void> {
  for (const crm of CRMS) {
    const ids = new Set(allIn(scene, crm).map(({ id }) => id));
    expect((await scene.player.kept(crm)).filter(({ id }) => !ids.has(id))).toEqual([]);
  }
}

type Told = "nothing" | "deleted" | "merged" | Readonly<Record<string, object>>;

function toldOf(listed: Listed): Told {
  return listed.kind === "drifted" ? Object.fromEntries(listed.fields) : listed.kind;
}

function listedIn(crm: Crm, of: Whose, entry: Entry | undefined): Told {
  if (entry === undefined) return "nothing";
  if (entry.kind !== "drifted") return entry.kind;
  const slots = new Map(Object.entries(NAMES[crm][of].fields).map(([slot, name]) => [name, slot]));
  const fields = entry.fields
    .filter(({ isLink }) => isLink === undefined)
    .map(({ field, asks, ours, theirs }) => [
      slots.get(field) ?? field,
      { asks, says: String(ours ?? ""), holds: String(theirs ?? "") },
    ]);
  return fields.length === 0 ? "nothing" : Object.fromEntries(fields);
}

/** What somebody typed is in a timeline once it is written over, or a round had listed it. */
export async function expectSeen(
  { player, ids }: Scene,
  crm: Crm,
  of: Whose,
  overwritten: readonly Overwritten[],
): Promise<void> {
  if (overwritten.length === 0) return;
  const timelines = (await Promise.all(ids.map((id) => player.tools.syncLog.timeline(id)))).flat();
  const passes = timelines.flatMap((one) => (one.kind === "pass" && one.crm === crm ? one.records : []));
  const changes = passes.flatMap((record) => record.changes);
  for (const one of overwritten) {
    const name = NAMES[crm][of].fields[one.field];
    const isTold = changes.some(({ field, from }) => field === name && isSame(String(from ?? ""), one.typed));
    expect([crm, one, isTold || one.wasListed || mayBeUntold(one)]).toEqual([crm, one, true]);
  }
}
