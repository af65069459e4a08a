/** What each page of the dashboard takes on a bad day with a hundred thousand bookings retained: `pages-seed.ts` says which. */
import { createFormTokens } from "../src/admin/access/form-token.ts";
import { fieldsOfSpan, lastNight } from "../src/admin/span.ts";
import { ADMIN } from "../test/support/environment.ts";
import { median, openBench, untilUp } from "./fleet.ts";
import { CRMS, fillRedis } from "./pages-seed.ts";

export interface PageReport {
  readonly page: string;
  readonly kB: number;
  readonly p50Ms: number;
  readonly maxMs: number;
}

const TIMES = 20;
const PORT = "3411";

interface Visit {
  readonly page: string;
  readonly path: string;
  /** Posted when given. */
  readonly form?: Readonly<Record<string, string>>;
  /** It answers 503 where something is wrong, as on such a day it is. */
  readonly mayBeUnready?: true;
}

export async function benchPages(purchases = 100_000): Promise<PageReport[]> {
  const bench = await openBench({ crm: CRMS.join(","), sandboxPort: 4411, latencyMs: 0, limits: false });
  try {
    const { held } = await fillRedis(bench.redis.url, purchases);
    bench.start("src/web.ts", { PORT });
    const url = `http://127.0.0.1:${PORT}`;
    await untilUp(`${url}/healthz`);
    const reports: PageReport[] = [];
    for (const visit of await visits(url, held)) reports.push(await measure(url, visit));
    return reports;
  } finally {
    await bench.stop();
  }
}

async function visits(url: string, held: string): Promise<Visit[]> {
  const read = async (path: string): Promise<string> => await (await ask(url, { page: "", path })).text();
  const cause = /href="(\/admin\/failed\/salesforce\/[^"]+)"/.exec(await read("/admin/held"))?.[1] ?? "";
  const version = /href="(\/admin\/mappings\/history\/[^"]+)"/.exec(await read("/admin/mappings/history"))?.[1] ?? "";
  const now = Date.now();
  const today = new Date(now).toISOString().slice(0, 10);
  const night = fieldsOfSpan(lastNight(now));
  const untilNow = fieldsOfSpan({ from: now - 30 * 86_400_000, to: now });
  const search = (page: string, q: string): Visit => ({ page, path: "/admin/bookings/search", form: { q } });
  return [
    { page: "overview", path: "/admin" },
    { page: "readiness", path: "/readyz", mayBeUnready: true },
    { page: "bookings, newest", path: "/admin/bookings" },
    { page: "bookings, page 3000", path: "/admin/bookings?page=3000" },
    { page: "bookings of a day", path: `/admin/bookings?day=${today}` },
    { page: "bookings that wait", path: "/admin/bookings?waiting=salesforce" },
    search("search by booking", "70004711"),
    search("search by e-mail", "person4711@example.com"),
    search("search by surname", "Last4711"),
    search("search by the beginning of a name", "First11 La"),
    search("search by words that thousands share", "First11 Shared"),
    search("search for what there is not", "nobody@example.com"),
    { page: "timeline of a purchase", path: "/admin/bookings/4711" },
    { page: "failed", path: "/admin/failed" },
    { page: "failed, page 30", path: "/admin/failed?page=30" },
    { page: "what broke last night", path: `/admin/failed?${new URLSearchParams(night)}` },
    { page: "what broke in 30 days", path: `/admin/failed?${new URLSearchParams(untilNow)}` },
    { page: "held", path: "/admin/held" },
    { page: "a question's purchases", path: cause },
    { page: "a question's purchases, page 60", path: `${cause}?page=60` },
    { page: "who is it (pick)", path: `/admin/held/salesforce/${held}` },
    { page: "quarantine", path: "/admin/quarantine" },
    { page: "quarantine, page 100", path: "/admin/quarantine?page=100" },
    { page: "mapping playground", path: "/admin/mappings" },
    { page: "mapping history", path: "/admin/mappings/history" },
    { page: "a mapping's version", path: version },
    { page: "jobs", path: "/admin/jobs" },
    { page: "a new job for all that failed", path: "/admin/jobs/new?action=retry&crm=salesforce" },
    { page: "reconciliation", path: "/admin/reconciliation" },
    { page: "audit", path: "/admin/audit" },
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
    if (!response.ok && !visit.mayBeUnready) throw new Error(`${visit.path} answered ${response.status}`);
  }
  return { page: visit.page, kB: bytes / 1_000, p50Ms: median(times), maxMs: Math.max(...times) };
}
