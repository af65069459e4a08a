/** Where a server can be reached is for whoever deploys it: from everywhere, or from this machine alone [S11]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { prepare, type Running } from "../../src/app/base.ts";
import { startMetrics } from "../../src/app/metrics-server.ts";
import { startWeb } from "../../src/app/web.ts";
import { testEnvironment } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

const baseWith = (more: Readonly<Record<string, string>>) =>
  prepare(
    { ...testEnvironment(redis.url, "http://127.0.0.1:9"), METRICS_PORT: "0", LOG_LEVEL: "silent", ...more },
    "test",
  );

type Server = Running & { readonly port: number | undefined };
const servers: readonly [string, (base: Awaited<ReturnType<typeof baseWith>>) => Promise<Server>][] = [
  ["the web process", startWeb],
  ["the metrics' own port", startMetrics],
];

/** Another address of this machine than the one that is bound. */
async function isReached(server: Server): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.2:${server.port}/metrics`);
    await response.text();
    return true;
  } catch {
    return false;
  } finally {
    await server.stop();
  }
}

describe.each(servers)("%s", (_which, start) => {
  it("listens on every address where LISTEN_HOST is not set", async () => {
    expect(await isReached(await start(await baseWith({})))).toBe(true);
  });

  it("listens on the address that LISTEN_HOST gives, and on no other [S11]", async () => {
    expect(await isReached(await start(await baseWith({ LISTEN_HOST: "127.0.0.1" })))).toBe(false);
  });
});

it("says what to do where LISTEN_HOST is no address, or another machine's", async () => {
  await expect(baseWith({ LISTEN_HOST: "everywhere" })).rejects.toThrow(/LISTEN_HOST.*127\.0\.0\.1/);
  await expect(startMetrics(await baseWith({ LISTEN_HOST: "192.0.2.1" }))).rejects.toThrow(
    /LISTEN_HOST is no address.*Next:/,
  );
});
