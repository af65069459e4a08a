/** `crm-sync doctor` about Redis: whether it keeps what it is given, and what more fits into it [E7]. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { formatFinding } from "../../src/operate/doctor/finding.ts";
import { examineRedis, type RedisPatient } from "../../src/operate/doctor/redis.ts";
import { useRedis } from "../support/use-redis.ts";

const redis = useRedis();

async function examined(patient: Partial<RedisPatient> = {}): Promise<string[]> {
  const lines: string[] = [];
  const target = { url: redis().options.path ?? "", verifyTls: true };
  await examineRedis({ target, production: true, crms: 1, ...patient }, (finding) => {
    lines.push(formatFinding("Redis", finding));
  });
  return lines;
}

beforeEach(async () => {
  const settings = { appendonly: "yes", "maxmemory-policy": "noeviction", maxmemory: "0", maxclients: "100" };
  for (const [name, value] of Object.entries(settings)) await redis().config("SET", name, value);
});

describe("memory", () => {
  it("is told as bookings that still fit, fewer where there are two CRMs", async () => {
    await redis().config("SET", "maxmemory", "80mb");
    const fitting = async (crms: number) => {
      const line = (await examined({ crms })).find((one) => one.includes("of memory"));
      const [, count = "", size] = /^✓ .* some ([\d,]+) more bookings fit, at (\d+) kB each$/.exec(line ?? "") ?? [];
      return { count: Number(count.replaceAll(",", "")), size };
    };
    const [one, two] = [await fitting(1), await fitting(2)];
    expect([one.size, two.size]).toEqual(["8", "12"]);
    expect(one.count).toBeGreaterThan(9_000);
    expect(one.count).toBeLessThan((80 * 2 ** 20) / 8_000);
    expect(two.count / one.count).toBeCloseTo(8 / 12, 1);
  });

  it("that is nearly used up is not well, with what to do", async () => {
    const [, used] = /used_memory:(\d+)/.exec(await redis().info("memory")) ?? [];
    await redis().config("SET", "maxmemory", String(Math.round(Number(used) * 1.2)));
    expect(await examined()).toContainEqual(
      expect.stringMatching(/^✗ .* more bookings fit.*larger plan.*LEDGER_RETENTION_DAYS/),
    );
  });

  it("without a limit is the provider's to say", async () => {
    expect(await examined()).toContainEqual(expect.stringMatching(/^✓ .*it says no limit, your provider does/));
  });
});

it("says of the connections how many are left, and when they are nearly used up", async () => {
  expect(await examined()).toContainEqual(expect.stringMatching(/^✓ Redis: \d of 100 connections are open$/));
  const others = [1, 2, 3, 4, 5].map(() => redis().duplicate());
  await Promise.all(others.map((one) => one.ping()));
  await redis().config("SET", "maxclients", "8");
  expect(await examined()).toContainEqual(
    expect.stringMatching(/^✗ Redis: \d of 8 connections are open.*fewer processes/),
  );
  for (const one of others) one.disconnect();
});

describe("what Redis does with what it is given", () => {
  it("is well where it is on disk and not evicted", async () => {
    expect(await examined()).toContain("✓ Redis: what it is given is on disk, and nothing is evicted");
  });

  it("is not well in production where it evicts, and noted elsewhere", async () => {
    await redis().config("SET", "maxmemory-policy", "allkeys-lru");
    expect(await examined()).toContainEqual(expect.stringMatching(/^✗ .*allkeys-lru/));
    expect(await examined({ production: false })).toContainEqual(expect.stringMatching(/^✓ .*allkeys-lru/));
  });
});

it("says what is wrong with the address of one that does not answer", async () => {
  const lines = await examined({ target: { url: "redis://127.0.0.1:1", verifyTls: true } });
  expect(lines).toEqual([expect.stringMatching(/^✗ Redis: Redis cannot be reached.*Next: /)]);
});
