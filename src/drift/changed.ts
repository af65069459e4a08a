/**
 * Between rounds the CRM is asked what changed, and of that only what is ours is looked at. What it never tells, or not to its
 * end, is left to the next round.
 */
import type { Changes } from "../../connectors/edits.ts";
import { CrmError } from "../../connectors/errors.ts";
import { type SweepEnd, spend, untilAllowed } from "./allowance.ts";
import { settle } from "./keep.ts";
import { lookAndKeep } from "./look-and-keep.ts";
import { placeOf } from "./place.ts";
import { byObject, type Recorded, recordedBy } from "./recorded.ts";
import { type Asked, counted, lookAgain, NO_COUNTS, type Round } from "./round.ts";
import type { SweepDeps, Swept, Written } from "./sweep.ts";

/** As many as any CRM is known to read in a call, and a multiple of what others do. */
const BATCH = 200;
const PAGE = 1_000;

export interface LookedAtChanged extends Swept {
  /** False where more changed than the CRM tells. */
  readonly isWhole: boolean;
}

/** @param last the round made last, whose day's calls these are too. To be called by who is alone with it */
export async function lookAtChanged(
  deps: SweepDeps,
  last: Round,
  from: Pick<Asked, "since" | "again">,
  signal: AbortSignal,
): Promise<LookedAtChanged> {
  const { rounds, ledger } = deps;
  const { endedAt: _, after: __, ...rest } = last;
  let round: Round = { ...rest, startedAt: new Date().toISOString(), again: [], counts: NO_COUNTS };
  let isWhole = true;

  async function pay(made: Round): Promise<void> {
    round = made;
    await rounds.save({ ...last, day: round.day, spent: round.spent });
  }

  async function look(records: readonly Recorded[]): Promise<SweepEnd | undefined> {
    const kept = await untilAllowed(deps, round, signal);
    if (kept !== undefined) return kept;
    const { round: made, error } = await lookAndKeep(deps, round, records, "fields");
    await pay(made);
    return error && { kind: "broke_off", error };
  }

  async function ask({ object, field }: Written): Promise<Changes | SweepEnd> {
    const kept = await untilAllowed(deps, round, signal);
    if (kept !== undefined) return kept;
    const before = deps.callsMade();
    try {
      return (await deps.connector.changedSince?.(object, field, from.since)) ?? NOTHING_TOLD;
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      // An object that we may not ask about keeps nobody from asking about the others.
      return error.retry ? { kind: "broke_off", error } : NOTHING_TOLD;
    } finally {
      await pay(spend(round, deps.callsMade() - before));
    }
  }

  /** What the ledger has of these purchases, as far as it is wanted. */
  async function recorded(purchaseIds: Iterable<string>, isWanted: (one: Recorded) => boolean): Promise<Recorded[]> {
    const records: Recorded[] = [];
    for (const purchaseId of new Set(purchaseIds)) {
      const found = await recordedBy(deps, purchaseId);
      round = counted(round, { purchases: 1 });
      if (found.kind === "settled") records.push(...found.records.filter(isWanted));
      else round = lookAgain(counted(round, { underWay: 1 }), purchaseId);
    }
    return records;
  }

  async function lookAtThese(object: string, ids: readonly string[]): Promise<SweepEnd | undefined> {
    for await (const known of knownOf(ledger, object, ids)) {
      const records = await recorded(known.values(), (one) => one.object === object && known.has(one.id));
      const end = records.length === 0 ? undefined : await look(onceEach(records));
      if (end !== undefined) return end;
    }
    return undefined;
  }

  async function run(): Promise<SweepEnd> {
    for (const written of deps.written()) {
      const told = await ask(written);
      if ("kind" in told) return told;
      isWhole &&= told.complete;
      const end = await lookAtThese(written.object, theirs(told));
      if (end !== undefined) return end;
    }
    for (const records of byObject(onceEach(await recorded(from.again, () => true)))) {
      const end = await look(records);
      if (end !== undefined) return end;
    }
    return { kind: "complete" };
  }

  const end = await run();
  if (round.counts.records > 0) await settle(deps);
  return { end, round, isWhole };
}

const NOTHING_TOLD: Changes = { changed: [], deleted: [], complete: false };

/** What we wrote last shows nothing of anybody else's; what it hides, a round sees. */
function theirs({ changed, byUs = [], deleted }: Changes): string[] {
  const ours = new Set(byUs);
  return [...new Set([...changed.filter((id) => !ours.has(id)), ...deleted])];
}

/** Those of the ids that the ledger knows, each with a purchase of its, in batches. */
async function* knownOf(
  ledger: SweepDeps["ledger"],
  object: string,
  ids: readonly string[],
): AsyncGenerator<ReadonlyMap<string, string>> {
  let known = new Map<string, string>();
  for (let at = 0; at < ids.length; at += PAGE) {
    const some = ids.slice(at, at + PAGE);
    const purchases = await ledger.purchasesWith(object, some);
    for (const [index, id] of some.entries()) {
      const purchaseId = purchases[index];
      if (purchaseId === undefined) continue;
      known.set(id, purchaseId);
      if (known.size < BATCH) continue;
      yield known;
      known = new Map();
    }
  }
  if (known.size > 0) yield known;
}

function onceEach(records: readonly Recorded[]): Recorded[] {
  return [...new Map(records.map((one) => [placeOf(one), one])).values()];
}
