/** What a request does while BookingBug cannot answer, and what it says when that lasts. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "../../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { clientOf, errorOf, pagesOf } from "./peer.ts";

let sandbox: Sandbox;
let times: number[];
afterEach(() => sandbox.close());

async function start(action: FaultAction, count: number): Promise<void> {
  times = [];
  sandbox = await startSandbox({
    onRequest: (_, { path }) => void (path.includes("/admin/") && times.push(Date.now())),
  });
  sandbox.faults.set([{ crm: "bookingbug", match: "/admin/", times: count, action }]);
}

describe("a request [Q3]", () => {
  it.each([
    ["a server error", { type: "status", status: 503 }],
    ["a lost connection", { type: "reset", after: false }],
  ] as const)("is sent again after %s, later each time", async (_, action) => {
    await start(action, 2);
    const patience = { attempts: 3, backoffMs: 200, longestWaitMs: 5_000 };
    await pagesOf(clientOf(sandbox, {}, { patience }));
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(195);
    expect(third - second).toBeGreaterThanOrEqual(390);
  });

  it("has one deadline for the whole answer", async () => {
    await start({ type: "timeout", after: false }, 3);
    const error = await errorOf(pagesOf(clientOf(sandbox, {}, { requestTimeoutMs: 200 })));
    expect(error).toMatchObject({
      kind: "unavailable",
      retry: true,
      message: expect.stringContaining("within 200 ms"),
    });
    expect(times).toHaveLength(3);
  });

  it.each([
    ["seconds", { "Retry-After": "1" }],
    ["a date", { "Retry-After": new Date(Date.now() + 3_600_000).toUTCString() }],
    ["nothing", {}],
  ] as const)("waits as long as BookingBug says by %s, or says until when", async (said, headers) => {
    await start({ type: "status", status: 429, headers }, 1);
    if (said === "seconds") {
      await pagesOf(clientOf(sandbox));
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(995);
      return;
    }
    const error = await errorOf(pagesOf(clientOf(sandbox)));
    expect(error).toMatchObject({ kind: "rate_limited", retry: true });
    const wait = (error as { retryAt: Date }).retryAt.getTime() - Date.now();
    expect(wait).toBeGreaterThan(said === "nothing" ? 55_000 : 3_500_000);
    expect(times).toHaveLength(1);
  });

  it.each([400, 404, 301, 409])("is not sent again after %i, which says what to look at", async (status) => {
    await start({ type: "status", status, headers: { location: "http://127.0.0.1:1/elsewhere" } }, 5);
    const error = await errorOf(pagesOf(clientOf(sandbox)));
    expect(error).toMatchObject({ kind: status === 404 ? "not_found" : "refused", retry: false, status });
    expect(times).toHaveLength(1);
  });

  it("gets through a limit of BookingBug's own", async () => {
    sandbox = await startSandbox({ bookingbug: { rateLimit: { perSecond: 1, retryAfter: "seconds" } } });
    for (let index = 0; index < 420; index += 1) sandbox.bookingbug.book({ starts: [new Date()] });
    const pages = await pagesOf(clientOf(sandbox));
    expect(pages.flatMap(({ rows }) => rows)).toHaveLength(420);
    expect(sandbox.bookingbug.stats.rateLimited).toBeGreaterThan(0);
  });
});
