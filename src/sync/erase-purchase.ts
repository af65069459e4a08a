/** Removes everything that is stored of a purchase; what other purchases list of its bookings stays theirs. */
import type { RedisClient } from "../redis/client.ts";
import { type Keys, ledgerKeys } from "../redis/keys.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { ownRecordKeys } from "./ledger-records.ts";
import { listedBy } from "./listings.ts";

export interface EraseDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** Every CRM's name. */
  readonly names: readonly string[];
  readonly syncLog: Pick<SyncLog, "erase">;
}

/** @param bookings what it lists, as far as that is known. To be called by who is alone with the purchase */
export async function erasePurchase(deps: EraseDeps, purchaseId: string, bookings: Iterable<string>): Promise<void> {
  const { redis, keys, names, syncLog } = deps;
  const known = await redis.smembers(keys.bookingsOf(purchaseId));
  const named = await Promise.all(names.map((crm) => ownRecordKeys(redis, keys, { crm, purchaseId })));
  await redis.del(
    ...named.flat(),
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
  for (const crm of names) {
    await redis.zrem(keys.pending(crm), purchaseId);
    await redis.zrem(keys.ledgerByEnd(crm), purchaseId);
  }
  await syncLog.erase(purchaseId, names);
}

/** What other purchases list stays theirs. @returns one of them */
async function unlist({ redis, keys }: EraseDeps, bookingId: string, purchaseId: string): Promise<string | undefined> {
  const key = keys.listing(bookingId);
  await redis.hdel(key, listedBy(purchaseId));
  const heir = (await redis.hkeys(key)).find((field) => field.startsWith(listedBy("")));
  if (heir === undefined) await redis.del(key);
  return heir?.slice(listedBy("").length);
}

/** That a booking is the purchase's; it stays, or becomes, another's that lists it. */
async function handOver({ redis }: EraseDeps, key: string, from: string, heir: string | undefined): Promise<void> {
  if ((await redis.get(key)) !== from) return;
  if (heir === undefined) await redis.del(key);
  else await redis.set(key, heir, "KEEPTTL");
}
