/** What all processes share through Redis: one session, and one request at a time. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";
import { openBookingBug } from "../../src/app/bookingbug.ts";
import type { BookingBug } from "../../src/bookingbug/api.ts";
import type { BookingBugSettings } from "../../src/bookingbug/settings.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";
import { BY_ADMINISTRATOR, BY_CLIENT, company, errorOf, pagesOf, settingsFor } from "./peer.ts";

const redis = useRedis();
const keys = createKeys("{bookingbug-test}");
let sandbox: Sandbox;
let clients: Redis[];
let asked: { path: string; token: string; at: number }[];

beforeEach(async () => {
  await redis().flushall();
  clients = [];
  asked = [];
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await sandbox.close();
});

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({
    ...options,
    onRequest: (_, { path, headers }) =>
      void asked.push({ path, token: String(headers.authorization ?? headers["auth-token"] ?? ""), at: Date.now() }),
  });
}

/** What one process has. */
function startProcess(settings: Partial<BookingBugSettings> = {}, requestTimeoutMs = 5_000): BookingBug {
  const client = redis().duplicate();
  clients.push(client);
  return openBookingBug(settingsFor(sandbox, settings), { redis: client, keys, requestTimeoutMs, onError: () => {} });
}

const signIns = () => asked.filter(({ path }) => !path.includes("/admin/") || path.endsWith("/login/admin")).length;

describe("the session that all processes share [Q2]", () => {
  it.each([BY_CLIENT, BY_ADMINISTRATOR])(
    "is begun by one of them, also when all start at one moment",
    async (signIn) => {
      await start({ latencyMs: 20 });
      const processes = [startProcess({ signIn }), startProcess({ signIn }), startProcess({ signIn })];
      await Promise.all(processes.map((process) => pagesOf(process)));
      expect(signIns()).toBe(1);
      await pagesOf(startProcess({ signIn }));
      expect(signIns()).toBe(1);
    },
  );

  it("is renewed by one of them when it has ended", async () => {
    await start();
    const processes = [startProcess(), startProcess(), startProcess()];
    await Promise.all(processes.map((process) => pagesOf(process)));
    sandbox.bookingbug.expireTokens();
    await Promise.all(processes.map((process) => pagesOf(process)));
    expect(signIns()).toBe(2);
    expect(asked.at(-1)?.token).toBe("Bearer bb-token-2");
  });

  it("is in Redis for as long as BookingBug said, and nowhere to be read", async () => {
    await start({ bookingbug: { tokenSeconds: 600 } });
    await pagesOf(startProcess());
    const stored = await redis().keys("*:session:*");
    expect(stored).toHaveLength(1);
    const [key = ""] = stored;
    const value = await redis().get(key);
    expect(value).not.toContain("bb-token");
    expect(Buffer.from(value ?? "", "base64url").toString("latin1")).not.toContain("bb-token");
    expect(key).not.toMatch(/bb-client|127\.0\.0\.1/);
    const left = await redis().pttl(key);
    expect(left).toBeGreaterThan(590_000);
    expect(left).toBeLessThanOrEqual(600_000);
  });

  it("kept under another secret is begun anew", async () => {
    await start();
    const by = (password: string) => ({ signIn: { ...BY_ADMINISTRATOR, password } });
    await pagesOf(startProcess(by(BY_ADMINISTRATOR.password)));
    expect(await errorOf(pagesOf(startProcess(by("changed"))))).toMatchObject({ kind: "unauthorised" });
    expect(signIns()).toBe(2);
  });

  it("is not tried for over and over where it is refused, by any of them, so that no account is locked", async () => {
    await start({ latencyMs: 20 });
    const wrong = { signIn: { ...BY_ADMINISTRATOR, password: "wrong" }, companies: [company, "37001"] } as const;
    const processes = [startProcess(wrong), startProcess(wrong), startProcess(wrong)];
    const errors = await Promise.all(
      processes.flatMap((process) => [pagesOf(process), pagesOf(process, { company: "37001" })]).map(errorOf),
    );
    expect(signIns()).toBe(1);
    const again = await errorOf(pagesOf(startProcess(wrong)));
    expect(signIns()).toBe(1);
    for (const error of errors) expect(error).toMatchObject({ kind: "unauthorised" });
    expect(again).toMatchObject({
      kind: "unauthorised",
      message: expect.stringMatching(/asked again at \d{4}-.*locked/),
    });
    expect(await redis().keys("*:session-refused:*")).toHaveLength(1);
    const [key = ""] = await redis().keys("*:session-refused:*");
    expect(await redis().pttl(key)).toBeGreaterThan(240_000);
    expect(await redis().pttl(key)).toBeLessThanOrEqual(300_000);
    expect(`${key} ${await redis().get(key)}`).not.toContain("wrong");
  });

  it("that was refused is tried at once with other settings, and with the same after a while", async () => {
    await start();
    const by = (password: string, appKey: string = BY_ADMINISTRATOR.appKey) => ({
      signIn: { ...BY_ADMINISTRATOR, password, appKey },
    });
    await errorOf(pagesOf(startProcess(by("wrong"))));
    await errorOf(pagesOf(startProcess(by(BY_ADMINISTRATOR.password, "another"))));
    await pagesOf(startProcess(by(BY_ADMINISTRATOR.password)));
    expect(signIns()).toBe(3);
    await errorOf(pagesOf(startProcess(by("wrong"))));
    await redis().del(await redis().keys("*:session-refused:*"));
    await errorOf(pagesOf(startProcess(by("wrong"))));
    expect(signIns()).toBe(5);
  });

  it("of one company is not another's", async () => {
    await start({ bookingbug: { administrated: [Number(company), 37_001] } });
    const settings = { signIn: BY_ADMINISTRATOR, companies: [company, "37001"] } as const;
    await pagesOf(startProcess(settings));
    await pagesOf(startProcess(settings), { company: "37001" });
    expect(await redis().keys("*:session:*")).toHaveLength(2);
  });
});

describe("requests of all processes [Q3]", () => {
  it("are one at a time", async () => {
    await start({ latencyMs: 60 });
    const processes = [startProcess(), startProcess(), startProcess()];
    await Promise.all(processes.map((process) => pagesOf(process)));
    const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    expect(asked).toHaveLength(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(55);
  });

  it("are no more a second than configured", async () => {
    await start();
    for (let index = 0; index < 250; index += 1) sandbox.bookingbug.book({ starts: [new Date()] });
    const processes = [startProcess({ requestsPerSecond: 2 }), startProcess({ requestsPerSecond: 2 })];
    await Promise.all(processes.map((process) => pagesOf(process)));
    expect(asked).toHaveLength(7);
    const densest = asked.map(({ at }) => asked.filter((one) => one.at >= at && one.at < at + 1_000).length);
    expect(Math.max(...densest)).toBe(2);
    // Nor are they many fewer: where nothing held them up, two more follow after little over a second.
    const apart = asked.slice(2).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    expect(Math.min(...apart)).toBeLessThan(1_300);
  });

  it("wait together when BookingBug asks one of them to", async () => {
    await start();
    const [first, second] = [startProcess(), startProcess()];
    await first.signIn(company);
    const headers = { "Retry-After": "2" };
    sandbox.faults.set([
      { crm: "bookingbug", match: "/admin/", times: 1, action: { type: "status", status: 429, headers } },
    ]);
    const asking = pagesOf(first);
    while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([asking, pagesOf(second)]);
    const [refused, ...later] = asked.slice(1).map(({ at }) => at);
    expect(later).toHaveLength(2);
    expect(Math.min(...later) - (refused ?? 0)).toBeGreaterThanOrEqual(1_950);
  });

  it("go on soon after a process died with one under way", async () => {
    await start();
    const died = startProcess({}, 500);
    sandbox.faults.set([{ crm: "bookingbug", match: "/admin/", times: 1, action: { type: "timeout", after: false } }]);
    void died
      .signIn(company)
      .then(() => pagesOf(died))
      .catch(() => {});
    while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    clients[0]?.disconnect();
    const begun = Date.now();
    await pagesOf(startProcess({}, 500));
    expect(Date.now() - begun).toBeLessThan(9_000);
  }, 20_000);
});
