/**
 * One round over every record that the ledger says a CRM holds, soonest appointments first. It goes on from where it was left,
 * waits while live work waits, and stops once the calls of a day are spent. It reports: nothing is written to a CRM.
 */
import type { Connector } from "../../connectors/connector.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { type Allowance, type SweepEnd, today, untilAllowed } from "./allowance.ts";
import { batchesOf } from "./batches.ts";
import { type KeepDeps, settle } from "./keep.ts";
import type { LookedAt } from "./look.ts";
import { lookAndKeep } from "./look-and-keep.ts";
import { byObject, type Recorded, type RecordedDeps, recordedBy } from "./recorded.ts";
import { counted, lookAgain, meeting, NO_COUNTS, type Round, type Rounds } from "./round.ts";

export type { SweepEnd } from "./allowance.ts";

export interface SweepDeps extends RecordedDeps, Allowance, KeepDeps {
  readonly inbox: Pick<Inbox, "pendingSince" | "purchases">;
  readonly connector: LookedAt & Pick<Connector, "changedSince">;
  /** The objects that the mappings write, with the field of each that holds our id. */
  readonly written: () => readonly Written[];
  readonly rounds: Rounds;
}

export interface Written {
  readonly object: string;
  readonly field: string;
}

export interface Swept {
  readonly end: SweepEnd;
  readonly round: Round;
}

/** Goes on with the round that is under way, or begins one. To be called by who is alone with it. */
export async function sweep(deps: SweepDeps, signal: AbortSignal): Promise<Swept> {
  const { rounds } = deps;
  const found = await rounds.load();
  let round = found !== undefined && found.endedAt === undefined ? found : await begin(deps, found);
  const recordsBefore = round.counts.records;

  /** @returns why the round cannot go on now */
  async function look(records: readonly Recorded[], after: Round["after"]): Promise<SweepEnd | undefined> {
    const kept = await untilAllowed(deps, round, signal);
    if (kept !== undefined) return kept;
    const { round: made, sure, error } = await lookAndKeep(deps, round, records, "fields_and_associations");
    round = error === undefined ? { ...made, after } : made;
    await rounds.save(round, sure);
    return error && { kind: "broke_off", error };
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
      onPurchase: async ({ id, at }, found) => {
        round = meeting(round, { id, at });
        if (found.kind === "under_way") round = lookAgain(round, id);
        // What an earlier version wrote, or a purchase that was removed, is named by nobody else.
        else await deps.ledger.noteRecords(id, found.records, at);
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
