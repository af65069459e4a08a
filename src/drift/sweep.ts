/**
 * One round over every record that the ledger says a CRM holds, soonest appointments first. It goes on from where it was left,
 * waits while live work waits, and stops once the calls of a day are spent. It reports: nothing is written to a CRM.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CrmError } from "../../connectors/errors.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { batchesOf } from "./batches.ts";
import { type Looked, type LookedAt, lookAt } from "./look.ts";
import { type Recorded, type RecordedDeps, recordedBy } from "./recorded.ts";
import { NO_COUNTS, type Round, type Rounds } from "./round.ts";
import { type Drifted, type DriftStore, placeOf } from "./store.ts";

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

/** What is under way once more in the end is left to the next round. */
const MOST_AGAIN = 1_000;
const LIVE_WAIT_MS = 500;

/** Goes on with the round that is under way, or begins one. To be called by who is alone with it. */
export async function sweep(deps: SweepDeps, signal: AbortSignal): Promise<Swept> {
  const { rounds } = deps;
  const found = await rounds.load();
  let round = found !== undefined && found.endedAt === undefined ? found : await begin(deps, found);

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
    if (end !== undefined) return { end, round };
  }
  const again = await Promise.all(round.again.map(async (id) => await recordedBy(deps, id)));
  const underWay = again.filter(({ kind }) => kind === "under_way").length;
  for (const records of byObject(again.flatMap((one) => (one.kind === "settled" ? one.records : [])))) {
    const end = await look(records, round.after);
    if (end !== undefined) return { end, round };
  }
  round = { ...counted(round, { underWay }), endedAt: new Date().toISOString() };
  await dropUnseen(deps, round, found?.startedAt);
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

function counted(round: Round, more: Partial<Round["counts"]>): Round {
  const counts = { ...round.counts };
  for (const [name, count] of Object.entries(more)) counts[name as keyof typeof counts] += count;
  return { ...round, counts };
}

function lookAgain(round: Round, purchaseId: string): Round {
  if (round.again.includes(purchaseId) || round.again.length >= MOST_AGAIN) return round;
  return { ...round, again: [...round.again, purchaseId] };
}

async function keepAll(
  { store }: SweepDeps,
  from: Round,
  batch: {
    readonly records: readonly Recorded[];
    readonly looked: readonly Looked[];
    readonly before: ReadonlyMap<string, Drifted>;
  },
): Promise<Round> {
  let round = from;
  const mended: Recorded[] = [];
  for (const [index, recorded] of batch.records.entries()) {
    const looked = batch.looked[index] ?? { kind: "changed_meanwhile" };
    round = told(round, recorded, looked);
    switch (looked.kind) {
      case "changed_meanwhile":
      case "unread":
        break;
      case "in_step":
      case "update_due":
        if (batch.before.has(placeOf(recorded))) mended.push(recorded);
        break;
      default: {
        const isKept = await store.keep(entryOf(recorded, looked));
        if (!isKept) round = counted(round, { notKept: 1 });
        // Somebody may have been forgotten while we looked.
        if (isKept && !(await recorded.stillSo())) mended.push(recorded);
      }
    }
  }
  await store.drop(mended);
  return round;
}

function told(round: Round, { purchaseId }: Recorded, { kind }: Looked): Round {
  switch (kind) {
    case "changed_meanwhile":
      return lookAgain(round, purchaseId);
    case "in_step":
      return counted(round, { records: 1 });
    case "update_due":
      return counted(round, { records: 1, updateDue: 1 });
    default:
      return counted(round, { records: 1, [kind]: 1 });
  }
}

type Different = Extract<Looked, { kind: Drifted["kind"] }>;

function entryOf({ purchaseId, section, object, id }: Recorded, looked: Different): Drifted {
  const seen = new Date().toISOString();
  return { ...looked, purchaseId, section, object, id, since: seen, seen };
}

function byObject(records: readonly Recorded[]): readonly (readonly Recorded[])[] {
  return [...Map.groupBy(records, ({ object }) => object).values()];
}

/** What two rounds did not meet is long past, or in the ledger no more. */
async function dropUnseen({ store }: SweepDeps, { startedAt }: Round, before: string | undefined): Promise<void> {
  const since = before ?? startedAt;
  const unseen: Drifted[] = [];
  for await (const one of store.all()) if (one.seen < since) unseen.push(one);
  await store.drop(unseen);
}
