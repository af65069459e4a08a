/**
 * Removes a person from everything that this service keeps: notifications waiting and settled, quarantine, ledger, the
 * person's own entry, the sync log, jobs. The CRMs' records are not ours to remove. Running it again is harmless.
 */
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { PurchaseState } from "../../booking/types.ts";
import type { SyncQueue } from "../../inbox/queues.ts";
import type { RedisClient } from "../../redis/client.ts";
import { type Keys, ledgerKeys } from "../../redis/keys.ts";
import type { Locks } from "../../redis/locks.ts";
import { listedBy } from "../../sync/listings.ts";
import { passLock } from "../../sync/pass.ts";
import type { OperateDeps } from "../deps.ts";
import { emailFinder, learnFrom, type Person, peopleOf } from "./person.ts";
import { eraseShared } from "./shared.ts";
import { storedCopies } from "./stored.ts";

export interface ForgetDeps extends Pick<OperateDeps, "crms" | "quarantine" | "syncLog" | "mappings"> {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly locks: Locks;
  /** Only counts. */
  readonly dryRun: boolean;
}

/** What was removed; with `dryRun`, what would be. */
export interface Forgotten {
  readonly purchaseIds: readonly string[];
  /** Entries of the person among the records that many purchases share. */
  readonly people: number;
  readonly quarantined: number;
  readonly jobs: number;
}

/** @throws LockTimeoutError when a pass over one of the purchases takes too long; run it again then */
export async function forget(deps: ForgetDeps, given: Person): Promise<Forgotten> {
  const person = await knowBetter(deps, given);
  const purchaseIds = await purchasesOf(deps, person);
  const bookings = await bookingsOf(deps, purchaseIds);
  let jobs = 0;
  for (const { queue } of deps.crms) jobs += await removeJobs(deps, queue, purchaseIds);
  if (!deps.dryRun) {
    for (const purchaseId of purchaseIds) await erasePurchase(deps, purchaseId, bookings.get(purchaseId) ?? new Set());
  }
  const people = await eraseShared(deps, person, purchaseIds);
  const quarantined = await eraseQuarantined(deps, person);
  return { purchaseIds: [...purchaseIds], people, quarantined, jobs };
}

/** A first walk: a person asked for by e-mail may have an id, and with it purchases under another e-mail. */
async function knowBetter(deps: ForgetDeps, given: Person): Promise<Person> {
  let person = given;
  const mentions = mentionFinder(given);
  for await (const copy of storedCopies(deps)) {
    const state = mentions(copy.text) ? copy.state() : undefined;
    // Learnt from what was asked for only: e-mails that several clients share must not join them all.
    if (state !== undefined) person = joined(person, learnFrom(given, state));
  }
  return person;
}

function joined(one: Person, other: Person): Person {
  return { emails: one.emails.union(other.emails), clientIds: one.clientIds.union(other.clientIds) };
}

/** Cheap and too generous: whether it is worth reading a copy. */
function mentionFinder(person: Person): (text: string) => boolean {
  const hasEmail = emailFinder(person);
  const ids = [...person.clientIds];
  return (text) => hasEmail(text) || ids.some((id) => text.includes(id));
}

async function purchasesOf(deps: ForgetDeps, person: Person): Promise<Set<string>> {
  const found = new Set<string>();
  const mentions = mentionFinder(person);
  const hasEmail = emailFinder(person);
  for await (const { purchaseId, text, state } of storedCopies(deps)) {
    if (found.has(purchaseId) || !mentions(text)) continue;
    const known = hasEmail(text) ? undefined : state();
    const isTheirs =
      known === undefined || peopleOf(known).some(({ clientId }) => person.clientIds.has(clientId ?? ""));
    if (isTheirs) found.add(purchaseId);
  }
  return found;
}

async function bookingsOf(deps: ForgetDeps, purchaseIds: ReadonlySet<string>): Promise<Map<string, Set<string>>> {
  const bookings = new Map([...purchaseIds].map((id) => [id, new Set<string>()]));
  for await (const { purchaseId, state } of storedCopies(deps)) {
    const known = bookings.get(purchaseId);
    if (known !== undefined) for (const id of bookingsIn(state())) known.add(id);
  }
  return bookings;
}

/** Those that are asked about before they are known too. */
function bookingsIn(state: PurchaseState | undefined): string[] {
  return [...Object.keys(state?.bookings ?? {}), ...(state?.holds ?? []).flatMap(({ bookingIds }) => bookingIds)];
}

/** Under the locks of the passes, since one under way would write again what was just removed. */
async function erasePurchase(deps: ForgetDeps, purchaseId: string, bookings: ReadonlySet<string>): Promise<void> {
  const { redis, keys, crms, locks, syncLog } = deps;
  const names = crms.map(({ crm }) => crm);
  const passes = names.map((crm) => passLock(crm, purchaseId));
  await locks.withLocks(passes, async () => {
    const known = await redis.smembers(keys.bookingsOf(purchaseId));
    await redis.del(
      keys.inbox(purchaseId),
      keys.settled(purchaseId),
      keys.history(purchaseId),
      ...names.flatMap((crm) => ledgerKeys(keys, crm, purchaseId)),
      keys.bookingsOf(purchaseId),
    );
    const heirs = new Map(known.map((key): [string, string | undefined] => [key, undefined]));
    for (const id of bookings) heirs.set(keys.purchaseOfBooking(id), await unlist(deps, id, purchaseId));
    for (const [key, heir] of heirs) await handOver(deps, key, purchaseId, heir);
    await redis.zrem(keys.recent, purchaseId);
    for (const crm of names) await redis.zrem(keys.pending(crm), purchaseId);
    await syncLog.erase(purchaseId);
  });
}

/** What other purchases list stays theirs. @returns one of them */
async function unlist({ redis, keys }: ForgetDeps, bookingId: string, purchaseId: string): Promise<string | undefined> {
  const key = keys.listing(bookingId);
  await redis.hdel(key, listedBy(purchaseId));
  const heir = (await redis.hkeys(key)).find((field) => field.startsWith(listedBy("")));
  if (heir === undefined) await redis.del(key);
  return heir?.slice(listedBy("").length);
}

/** That a booking is the purchase's; it stays, or becomes, another's that lists it. */
async function handOver({ redis }: ForgetDeps, key: string, from: string, heir: string | undefined): Promise<void> {
  if ((await redis.get(key)) !== from) return;
  if (heir === undefined) await redis.del(key);
  else await redis.set(key, heir, "KEEPTTL");
}

async function eraseQuarantined({ quarantine, dryRun }: ForgetDeps, person: Person): Promise<number> {
  const hasEmail = emailFinder(person);
  let theirs = 0;
  for await (const { deliveryId, body } of quarantine.walk()) {
    if (!readings(body).some(hasEmail)) continue;
    if (!dryRun) await quarantine.release(deliveryId);
    theirs += 1;
  }
  return theirs;
}

const UNPACKERS = [gunzipSync, inflateSync, brotliDecompressSync];
const MAX_UNPACKED = 64 * 1_048_576;

/** What bytes that nobody could read may say: packed or not, in the encodings that hide an address. */
function readings(body: Buffer): string[] {
  const unpacked = UNPACKERS.flatMap((unpack) => {
    try {
      return [unpack(body, { maxOutputLength: MAX_UNPACKED })];
    } catch {
      return [];
    }
  });
  return [body, ...unpacked].flatMap((bytes) => [bytes.toString("latin1"), bytes.toString("utf16le")]);
}

const JOBS_PER_STEP = 1_000;
const ENDED = ["failed", "completed"] as const;

/** A job names only the purchase; its error has the CRM's words without personal data. Both go all the same. */
async function removeJobs({ dryRun }: ForgetDeps, queue: SyncQueue, purchaseIds: ReadonlySet<string>): Promise<number> {
  const theirs: string[] = [];
  for (const state of ENDED) {
    for (let start = 0; ; start += JOBS_PER_STEP) {
      const jobs = await queue.getJobs([state], start, start + JOBS_PER_STEP - 1);
      for (const { id, data } of jobs) if (id !== undefined && purchaseIds.has(data.purchaseId)) theirs.push(id);
      if (jobs.length < JOBS_PER_STEP) break;
    }
  }
  for (const purchaseId of purchaseIds) {
    const waiting = await queue.getDeduplicationJobId(purchaseId);
    if (waiting !== null) theirs.push(waiting);
  }
  if (!dryRun) {
    // One that a worker holds cannot be removed; it finds nothing to do.
    for (const id of theirs) await queue.remove(id).catch(() => 0);
  }
  return theirs.length;
}
