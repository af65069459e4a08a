/**
 * One round over every record that the ledger says a CRM holds, soonest appointments first. It goes on from where it was left,
 * waits while live work waits, and stops once the calls of a day are spent. It reports: nothing is written to a CRM.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CrmError } from "../../connectors/errors.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { batchesOf } from "./batches.ts";
import { keepAll, settle } from "./keep.ts";
import { type LookedAt, lookAt } from "./look.ts";
import { placeOf } from "./place.ts";
import { type Recorded, type RecordedDeps, recordedBy } from "./recorded.ts";
import { counted, lookAgain, NO_COUNTS, type Round, type Rounds } from "./round.ts";
import type { DriftStore } from "./store.ts";

export interface SweepDeps extends RecordedDeps {
  readonly inbox: Pick<Inbox, "pendingSince" | "purchases">;
  readonly connector: LookedAt;
  readonly rounds: Rounds;
  readonly store: DriftStore;
  /** Calls that the connector has made so far. */
  readonly callsMade: () => number;
  /** Calls that sweeps may make in a day. */
  readonly callsADay: () => Promise<number>;
  /** `live`: purchases wait for the CRM. `closed`: it is not to be called at all. */
  readonly inTheWay: () => Promise<"nothing" | "live" | "closed">;
}

export type SweepEnd =
  | { readonly kind: "complete" | "calls_spent" | "closed" | "stopped" }
  | { readonly kind: "broke_off"; readonly error: CrmError };

export interface Swept {
  readonly end: SweepEnd;
  readonly round: Round;
}

const LIVE_WAIT_MS = 500;

/** Goes on with the round that is under way, or begins one. To be called by who is alone with it. */
export async function sweep(deps: SweepDeps, signal: AbortSignal): Promise<Swept> {
  const { rounds } = deps;
  const found = await rounds.load();
  let round = found !== undefined && found.endedAt === undefined ? found : await begin(deps, found);
  const recordsBefore = round.counts.records;

  /** @returns why the round cannot go on now */
  async function look(records: readonly Recorded[], after: Round["after"]): Promise<SweepEnd | undefined> {
    const kept = await ready(deps, round, signal);
    if (kept !== undefined) return kept;
    const made = deps.callsMade();
    const before = await deps.store.kept(records);
    try {
      const looked = await lookAt(deps.connector, records, (one) => before.get(placeOf(one)));
      round = spend(round, deps.callsMade() - made);
      round = await keepAll(deps, { ...round, after }, { records, looked, before });
      const sure = records.filter((_, index) => looked[index]?.kind !== "changed_meanwhile");
      await rounds.save(round, sure);
      return undefined;
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      round = spend(round, deps.callsMade() - made);
      await rounds.save(round);
      return { kind: "broke_off", error };
    }
  }

  /** What was found so far is counted too: a first round may take days. */
  async function leave(end: SweepEnd): Promise<Swept> {
    if (round.counts.records > recordsBefore) await settle(deps);
    return { end, round };
  }

  const all = batchesOf(
    {
      soonest: (after, limit) => deps.ledger.soonest(after, limit),
      recordedBy: (purchaseId) => recordedBy(deps, purchaseId),
      looked: (records) => rounds.looked(records),
      onPurchase: (purchaseId, { kind }) => {
        round = counted(round, { purchases: 1 });
        if (kind === "under_way") round = lookAgain(round, purchaseId);
      },
    },
    round.after,
  );
  for await (const { records, after } of all) {
    const end = await look(records, after);
    if (end !== undefined) return await leave(end);
  }
  const again = await Promise.all(round.again.map(async (id) => await recordedBy(deps, id)));
  const underWay = again.filter(({ kind }) => kind === "under_way").length;
  for (const records of byObject(again.flatMap((one) => (one.kind === "settled" ? one.records : [])))) {
    const end = await look(records, round.after);
    if (end !== undefined) return await leave(end);
  }
  round = { ...counted(round, { underWay }), endedAt: new Date().toISOString() };
  await settle(deps, found?.startedAt ?? round.startedAt);
  await rounds.save(round);
  return { end: { kind: "complete" }, round };
}

async function begin({ rounds, ledger, inbox }: SweepDeps, before: Round | undefined): Promise<Round> {
  const { day = today(), spent = 0 } = before ?? {};
  const round: Round = { startedAt: new Date().toISOString(), again: [], counts: NO_COUNTS, day, spent };
  await rounds.begin(round);
  // An earlier version listed nothing of what it wrote.
  if (before === undefined) {
    for await (const purchaseId of inbox.purchases()) {
      const { state } = await ledger.load(purchaseId);
      if (state !== undefined) await ledger.noteEnd(purchaseId, state);
    }
  }
  return round;
}

async function ready(deps: SweepDeps, round: Round, signal: AbortSignal): Promise<SweepEnd | undefined> {
  for (;;) {
    if (signal.aborted) return { kind: "stopped" };
    const spent = round.day === today() ? round.spent : 0;
    if (spent >= (await deps.callsADay())) return { kind: "calls_spent" };
    const inTheWay = await deps.inTheWay();
    if (inTheWay === "nothing") return undefined;
    if (inTheWay === "closed") return { kind: "closed" };
    await sleep(LIVE_WAIT_MS);
  }
}

const today = (): string => new Date().toISOString().slice(0, 10);

function spend(round: Round, calls: number): Round {
  const spent = (round.day === today() ? round.spent : 0) + calls;
  return { ...counted(round, { calls }), day: today(), spent };
}

function byObject(records: readonly Recorded[]): readonly (readonly Recorded[])[] {
  return [...Map.groupBy(records, ({ object }) => object).values()];
}
