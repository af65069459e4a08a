/** What a look at a batch comes to: kept, dropped, and counted in the round. */
import type { SyncLog, ToldDrift } from "../synclog/sync-log.ts";
import type { Drifted } from "./drifted.ts";
import { type FollowDeps, follow } from "./follow.ts";
import type { Looked } from "./look.ts";
import { placeOf } from "./place.ts";
import type { Recorded } from "./recorded.ts";
import { counted, lookAgain, type Round } from "./round.ts";
import type { DriftStore } from "./store.ts";
import { createTally } from "./tally.ts";
import { toldAsFound, toldAsSettled } from "./told.ts";

export interface KeepDeps extends FollowDeps {
  readonly store: DriftStore;
  readonly syncLog: Pick<SyncLog, "recordDrift">;
}

export async function keepAll(
  deps: KeepDeps,
  from: Round,
  batch: {
    readonly records: readonly Recorded[];
    readonly looked: readonly Looked[];
    readonly before: ReadonlyMap<string, Drifted>;
  },
): Promise<Round> {
  const { store } = deps;
  let round = from;
  const dropped: Recorded[] = [];
  const news: ToldDrift[] = [];
  for (const [index, recorded] of batch.records.entries()) {
    const looked = batch.looked[index] ?? { kind: "changed_meanwhile" };
    const before = batch.before.get(placeOf(recorded));
    round = told(round, recorded, looked);
    switch (looked.kind) {
      case "changed_meanwhile":
      case "unread":
        break;
      case "in_step":
      case "update_due":
        if (before !== undefined) {
          dropped.push(recorded);
          news.push(toldAsSettled(before));
        }
        break;
      default: {
        const entry = entryOf(recorded, looked);
        const isKept = await store.keep(entry);
        if (!isKept) round = counted(round, { notKept: 1 });
        // Somebody may have been forgotten while we looked.
        else if (await recorded.stillSo()) news.push(...toldAsFound(entry, before));
        else dropped.push(recorded);
      }
    }
    if ("agreed" in looked && looked.agreed !== undefined) await follow(deps, recorded, looked.agreed);
  }
  await store.drop(dropped);
  await deps.syncLog.recordDrift(deps.crm, news);
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
  const place = { purchaseId, section, object, id, since: seen, seen };
  return looked.kind === "drifted" ? { kind: "drifted", fields: looked.fields, ...place } : { ...looked, ...place };
}

/**
 * Drops what two rounds did not meet, which is long past or in the ledger no more, and counts the rest.
 *
 * @param since when the round before the one that ends began; undefined where none ends, and nothing is dropped
 */
export async function settle({ store }: Pick<KeepDeps, "store">, since?: string): Promise<void> {
  const counting = createTally();
  const unseen: Drifted[] = [];
  for await (const one of store.all()) {
    if (since !== undefined && one.seen < since) unseen.push(one);
    else counting.add(one);
  }
  await store.drop(unseen);
  await store.keepTally(counting.tally());
}
