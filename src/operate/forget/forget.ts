/**
 * Removes a person from everything that this service keeps: notifications waiting and settled, quarantine, ledger, the
 * person's own entry, the sync log, jobs. The CRMs' records are not ours to remove. Running it again is harmless.
 */
import type { PurchaseState } from "../../booking/types.ts";
import { createDriftStore } from "../../drift/store.ts";
import type { Suppression } from "../../inbox/suppression.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import type { Locks } from "../../redis/locks.ts";
import { erasePurchase } from "../../sync/erase-purchase.ts";
import { passLock } from "../../sync/pass.ts";
import type { OperateDeps, OperatedCrm } from "../deps.ts";
import { findPurchases, type Searched } from "./find-purchases.ts";
import { eraseJobs } from "./jobs.ts";
import { knownBy } from "./known-by.ts";
import { bodyJudge, emailFinder } from "./mentions.ts";
import type { Person } from "./person.ts";
import { eraseShared } from "./shared.ts";
import { stateIn, storedCopies } from "./stored.ts";

export interface ForgetDeps extends Pick<OperateDeps, "quarantine" | "syncLog" | "mappings"> {
  readonly crms: readonly Pick<OperatedCrm, "crm" | "queue">[];
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** CRMs that are configured no longer: what was kept for them may be there still. */
  readonly formerCrms: readonly Pick<OperatedCrm, "crm" | "queue">[];
  readonly locks: Locks;
  readonly suppression: Pick<Suppression, "add">;
  /** Whether later notifications of the person are kept out too. */
  readonly suppress: boolean;
  /** Only counts. */
  readonly dryRun: boolean;
}

/** What was removed; with `dryRun`, what would be. */
export interface Forgotten {
  readonly purchaseIds: readonly string[];
  /** How many e-mails the person has or had. */
  readonly emails: number;
  readonly clientIds: readonly string[];
  /** Entries of the person among the records that many purchases share. */
  readonly people: number;
  readonly jobs: number;
  readonly quarantine: {
    readonly searched: number;
    readonly theirs: number;
    /** Ids of deliveries of which nobody can tell whom they speak of. */
    readonly unreadable: readonly string[];
  };
  readonly searched: Searched;
}

/** @throws LockTimeoutError when a pass over one of the purchases takes too long; run it again then */
export async function forget(given: ForgetDeps, asked: Person): Promise<Forgotten> {
  const deps = { ...given, crms: [...given.crms, ...given.formerCrms] };
  const person = await knownBy(deps, asked);
  // Before anything is looked for: what is stored from now on is removed by the pass over it.
  if (deps.suppress && !deps.dryRun) await deps.suppression.add(person);
  const { purchaseIds, searched } = await findPurchases(deps, person);
  const bookings = await bookingsOf(deps, purchaseIds);
  if (!deps.dryRun) {
    for (const purchaseId of purchaseIds) await eraseAlone(deps, purchaseId, bookings.get(purchaseId) ?? new Set());
  }
  const people = await eraseShared(deps, person, purchaseIds);
  const quarantine = await eraseQuarantined(deps, person);
  if (!deps.dryRun) for (const { crm } of deps.crms) await eraseDrifted(deps, crm, person, purchaseIds);
  let jobs = 0;
  // Last, since a pass that ended just now left them.
  for (const { queue } of deps.crms) jobs += await eraseJobs(deps, queue, purchaseIds);
  if (!deps.dryRun) await deps.syncLog.sweepWords();
  const { emails, clientIds } = person;
  return {
    purchaseIds: [...purchaseIds],
    emails: emails.size,
    clientIds: [...clientIds],
    people,
    jobs,
    quarantine,
    searched,
  };
}

async function bookingsOf(deps: ForgetDeps, purchaseIds: ReadonlySet<string>): Promise<Map<string, Set<string>>> {
  const bookings = new Map([...purchaseIds].map((id) => [id, new Set<string>()]));
  for await (const copy of storedCopies(deps)) {
    const known = bookings.get(copy.purchaseId);
    const state = known && stateIn(copy);
    if (state !== "broken") for (const id of bookingsIn(state)) known?.add(id);
  }
  return bookings;
}

/** Those that are asked about before they are known too. */
function bookingsIn(state: PurchaseState | undefined): string[] {
  return [...Object.keys(state?.bookings ?? {}), ...(state?.holds ?? []).flatMap(({ bookingIds }) => bookingIds)];
}

/** Under the locks of the passes, since one under way would write again what was just removed. */
async function eraseAlone(deps: ForgetDeps, purchaseId: string, bookings: ReadonlySet<string>): Promise<void> {
  const { crms, locks } = deps;
  const names = crms.map(({ crm }) => crm);
  const passes = names.map((crm) => passLock(crm, purchaseId));
  await locks.withLocks(passes, async () => {
    await erasePurchase({ ...deps, names }, purchaseId, bookings);
  });
}

/** What people typed of them in a CRM. */
async function eraseDrifted(
  { redis, keys }: ForgetDeps,
  crm: string,
  person: Person,
  purchaseIds: ReadonlySet<string>,
): Promise<void> {
  const store = createDriftStore({ redis, keys, crm, retentionDays: 1 });
  const hasEmail = emailFinder(person);
  for await (const one of store.all()) {
    if (purchaseIds.has(one.purchaseId) || hasEmail(JSON.stringify(one))) await store.drop([one]);
  }
  // Who edited may be who is forgotten.
  await store.keepTally(undefined);
}

async function eraseQuarantined({ quarantine, dryRun }: ForgetDeps, person: Person): Promise<Forgotten["quarantine"]> {
  const judge = bodyJudge(person);
  const unreadable: string[] = [];
  let [searched, theirs] = [0, 0];
  for await (const { deliveryId, body } of quarantine.walk()) {
    searched += 1;
    const verdict = judge(body);
    if (verdict === "unreadable") unreadable.push(deliveryId);
    if (verdict !== "theirs") continue;
    theirs += 1;
    if (!dryRun) await quarantine.release(deliveryId);
  }
  return { searched, theirs, unreadable };
}
