/** What each page of the dashboard takes when a hundred thousand bookings are retained and half of them have failed. */
import { Redis } from "ioredis";
import { createFormTokens } from "../src/admin/access/form-token.ts";
import { createQuarantine } from "../src/inbox/quarantine.ts";
import { stateOf } from "../src/operate/preview.ts";
import { createKeys } from "../src/redis/keys.ts";
import { createLedger } from "../src/sync/ledger.ts";
import { createSyncLog } from "../src/synclog/sync-log.ts";
import { ADMIN } from "../test/support/environment.ts";
import { firstBooking, purchase } from "../test/support/payloads.ts";
import { median, openBench, untilUp } from "./fleet.ts";
import { fill, inBatches } from "./synclog.ts";

export interface PageReport {
  readonly page: string;
  readonly kB: number;
  readonly p50Ms: number;
  readonly maxMs: number;
}

const CRMS = ["salesforce", "hubspot"];
const QUARANTINED = 10_000;
const TIMES = 20;
const PORT = "3411";

interface Visit {
  readonly page: string;
  readonly path: string;
  /** Posted when given. */
  readonly form?: Readonly<Record<string, string>>;
}

export async function benchPages(purchases = 100_000): Promise<PageReport[]> {
  const bench = await openBench({ crm: CRMS.join(","), sandboxPort: 4411, latencyMs: 0, limits: false });
  try {
    await fillRedis(bench.redis.url, purchases);
    bench.start("src/web.ts", { PORT });
    const url = `http://127.0.0.1:${PORT}`;
    await untilUp(`${url}/healthz`);
    const reports: PageReport[] = [];
    for (const visit of await visits(url)) reports.push(await measure(url, visit));
    return reports;
  } finally {
    await bench.stop();
  }
}

async function fillRedis(redisUrl: string, purchases: number): Promise<void> {
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
  });
  await inBatches(QUARANTINED, (index) =>
    quarantine.put({
      ...{ deliveryId: `delivery-${index}`, route: "bookings", reason: "not_json", contentType: undefined },
      receivedAt: new Date().toISOString(),
      problems: [{ path: "", message: "not JSON" }],
      body: Buffer.alloc(2_000, "x"),
    }),
  );
  redis.disconnect();
}

function bodyOf(index: number): unknown {
  return purchase((body) => {
    body.id = index;
    Object.assign(firstBooking(body), { id: Number(`7000${index}`), purchase_id: index });
  });
}

async function visits(url: string): Promise<Visit[]> {
  const failed = await (await ask(url, { page: "", path: "/admin/failed" })).text();
  const cause = /href="(\/admin\/failed\/salesforce\/[^"]+)"/.exec(failed)?.[1] ?? "";
  const search = (page: string, q: string): Visit => ({ page, path: "/admin/bookings/search", form: { q } });
  return [
    { page: "overview", path: "/admin" },
    { page: "bookings, newest", path: "/admin/bookings" },
    { page: "bookings, page 3000", path: "/admin/bookings?page=3000" },
    search("search by e-mail", "person4711@example.com"),
    search("search by surname", "Last4711"),
    search("search by words that thousands share", "First11 Shared"),
    { page: "timeline of a purchase", path: "/admin/bookings/4711" },
    { page: "failed and held", path: "/admin/failed" },
    { page: "purchases of a cause", path: cause },
    { page: "purchases of a cause, far down", path: `${cause}?page=60` },
    { page: "quarantine", path: "/admin/quarantine" },
    { page: "mapping playground", path: "/admin/mappings" },
    { page: "queues (bull-board)", path: "/admin/queues/api/queues" },
  ];
}

function ask(url: string, { path, form }: Visit): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${ADMIN.username}:${ADMIN.password}`).toString("base64")}`;
  const headers = { authorization, "sec-fetch-site": "same-origin" };
  if (form === undefined) return fetch(`${url}${path}`, { headers });
  const token = createFormTokens(ADMIN).issue(Date.now());
  return fetch(`${url}${path}`, { method: "POST", headers, body: new URLSearchParams({ ...form, token }) });
}

async function measure(url: string, visit: Visit): Promise<PageReport> {
  const times: number[] = [];
  let bytes = 0;
  // The first visit of all loads code and opens connections; it is not what a page takes.
  await (await ask(url, visit)).arrayBuffer();
  for (let i = 0; i < TIMES; i += 1) {
    const start = performance.now();
    const response = await ask(url, visit);
    bytes = (await response.arrayBuffer()).byteLength;
    times.push(performance.now() - start);
    if (!response.ok) throw new Error(`${visit.path} answered ${response.status}`);
  }
  return { page: visit.page, kB: bytes / 1_000, p50Ms: median(times), maxMs: Math.max(...times) };
}
