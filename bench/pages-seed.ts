/** A bad day for the dashboard to show: a hundred thousand purchases, ten thousand of them failed or held, a thousand causes. */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createBulkStore } from "../src/bulk/store.ts";
import { createAnnounced } from "../src/health/announced.ts";
import { createQuarantine } from "../src/inbox/quarantine.ts";
import { stateOf } from "../src/operate/preview.ts";
import { createKeys } from "../src/redis/keys.ts";
import { createLedger } from "../src/sync/ledger.ts";
import type { FailureEntry } from "../src/synclog/entries.ts";
import { createSyncLog } from "../src/synclog/sync-log.ts";
import { firstBooking, purchase } from "../test/support/payloads.ts";
import { fill, inBatches } from "./synclog.ts";

export const CRMS = ["salesforce", "hubspot"];
/** One purchase in so many is failed or held; of those one in five is held. */
const ONE_IN = 10;
const CAUSES = 1_000;
const QUARANTINED = 10_000;
const ALERTS = 20;
const JOBS = 200;
/** Whom a question is about. */
const ASKED_OF = 50;

/** @returns ids to open pages with */
export async function fillRedis(redisUrl: string, purchases: number): Promise<{ readonly held: string }> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null, enableAutoPipelining: true });
  const keys = createKeys();
  const syncLog = createSyncLog({ redis, keys, crms: CRMS, retentionDays: 30 });
  const ledger = createLedger({ redis, keys, crm: "salesforce", retentionDays: 90 });
  const quarantine = createQuarantine({ redis, keys, retentionDays: 30 });
  const lock = { key: keys.lock("bench"), token: "bench" };
  await redis.set(lock.key, lock.token);
  await inBatches(purchases, async (index) => {
    await fill(redis, syncLog, index);
    await ledger.save(String(index), { state: stateOf(bodyOf(index)), records: {} }, lock, {});
    if (index % ONE_IN === 0) {
      await syncLog.recordFailed("salesforce", String(index), `job-${index}`, [failureOf(index / ONE_IN)]);
    }
  });
  await inBatches(QUARANTINED, (index) =>
    quarantine.put({
      ...{ deliveryId: `delivery-${index}`, route: "bookings", reason: "not_json", contentType: undefined },
      receivedAt: new Date().toISOString(),
      problems: [{ path: "", message: "not JSON" }],
      body: Buffer.alloc(2_000, "x"),
    }),
  );
  await fillSmall(redis);
  redis.disconnect();
  return { held: String(4 * ONE_IN) };
}

async function fillSmall(redis: Redis): Promise<void> {
  const keys = createKeys();
  const announced = createAnnounced({ redis, keys });
  const bulks = createBulkStore({ redis, keys, retentionDays: 30 });
  const at = new Date().toISOString();
  await inBatches(ALERTS, async (index) => {
    const title = `salesforce: purchases failed, cause ${index}`;
    await announced.claim(`bench-${index}`, { crm: "salesforce", title, since: at, count: index });
  });
  await inBatches(JOBS, async () => {
    await bulks.add(randomUUID(), { request: { action: "retry", crm: "salesforce" }, by: "admin", at, total: 9 });
  });
}

function failureOf(nth: number): FailureEntry {
  const field = `Field_${nth % CAUSES}__c`;
  const words = `${field}: data value too large`;
  const said = { words, nextStep: "Next: correct the data.", heals: false, sentence: words };
  const about = { bookingId: `7000${nth * ONE_IN}`, kind: "rejected", code: "STRING_TOO_LONG", ...said } as const;
  if (nth % 5 !== 4) return { ...about, section: "appointment", object: "Event", fields: [{ field }] };
  const candidates = ["a", "b"].map((which) => `003${which}${nth % ASKED_OF}`);
  return {
    ...{ ...about, section: "contact", object: "Contact", fields: [] },
    hold: { reason: "several_match", section: "contact", object: "Contact", candidates },
  };
}

function bodyOf(index: number): unknown {
  const person = Math.floor(index / ONE_IN) % ASKED_OF;
  return purchase((body) => {
    body.id = index;
    Object.assign(body._embedded.client, { id: 1_000 + person, email: `asked${person}@example.com` });
    Object.assign(firstBooking(body), { id: Number(`7000${index}`), purchase_id: index });
  });
}
