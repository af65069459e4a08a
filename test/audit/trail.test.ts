/** What the audit trail keeps, and for how long [S8]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEntry } from "../../src/audit/line.ts";
import { createTrail } from "../../src/audit/trail.ts";
import { createRedis, type RedisClient } from "../../src/redis/client.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const DAY_MS = 86_400_000;
const keys = createKeys();
let server: TestRedis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startTestRedis();
  redis = createRedis({ url: server.url, verifyTls: true }, "worker", () => {});
});
beforeEach(async () => void (await redis.flushall()));
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const entry = (purchase: string, what: AuditEntry["what"] = "retry"): AuditEntry => ({
  who: "admin",
  from: "192.0.2.1",
  what,
  on: { purchase },
  outcome: "done",
});

/** As if it had been noted then. */
async function noted(daysAgo: number, purchase: string): Promise<void> {
  const id = `${Date.now() - daysAgo * DAY_MS}-0`;
  await redis.xadd(keys.audit("actions"), id, "line", JSON.stringify(entry(purchase)));
}

const stored = async () =>
  (await redis.xrange(keys.audit("actions"), "-", "+")).map(([, [, text]]) => JSON.parse(text ?? ""));

describe("the audit trail", () => {
  it("forgets what is older than AUDIT_DAYS with the next line, and by itself where none comes", async () => {
    const trail = createTrail({ redis, keys, days: 10 });
    for (const [days, purchase] of [
      [30, "1"],
      [10.1, "2"],
      [9.9, "3"],
    ] as const)
      await noted(days, purchase);
    await trail.append(entry("4"));
    expect((await stored()).map(({ on }) => on.purchase)).toEqual(["3", "4"]);
    await createTrail({ redis, keys, days: 9 }).trim();
    expect((await stored()).map(({ on }) => on.purchase)).toEqual(["4"]);
  });

  it("does not show what is too old and still there", async () => {
    await noted(11, "1");
    await noted(1, "2");
    const { lines } = await createTrail({ redis, keys, days: 10 }).read({ limit: 10 });
    expect(lines.map(({ on }) => on.purchase)).toEqual(["2"]);
  });

  it("goes as a whole when nothing was noted for so long", async () => {
    await createTrail({ redis, keys, days: 10 }).append(entry("1"));
    expect(await redis.ttl(keys.audit("actions"))).toBeGreaterThan(9 * 86_400);
    expect(await redis.ttl(keys.audit("actions"))).toBeLessThanOrEqual(10 * 86_400);
  });

  it("keeps refused sign-ins where they push out nothing else", async () => {
    const trail = createTrail({ redis, keys, days: 10 });
    await trail.append(entry("1"));
    const line = JSON.stringify(entry("2", "sign_in_refused"));
    const pipeline = redis.pipeline();
    for (let i = 0; i < 10_050; i += 1) pipeline.xadd(keys.audit("sign-ins"), "*", "line", line);
    await pipeline.exec();
    await trail.append(entry("3", "sign_in_refused"));
    expect(await redis.xlen(keys.audit("sign-ins"))).toBe(10_000);
    expect((await trail.read({ what: "retry", limit: 10 })).lines).toMatchObject([{ on: { purchase: "1" } }]);
  });

  it("passes over a line that a newer version wrote", async () => {
    await redis.xadd(keys.audit("actions"), "*", "line", JSON.stringify({ ...entry("1"), what: "unheard_of" }));
    const trail = createTrail({ redis, keys, days: 10 });
    await trail.append(entry("3"));
    expect((await trail.read({ limit: 10 })).lines).toMatchObject([{ on: { purchase: "3" } }]);
  });
});
