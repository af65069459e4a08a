/** Who gets into the dashboard, and what cannot be done to somebody who is in it [E1] [E2]. */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import express from "express";
import { createFormTokens } from "../../src/admin/access/form-token.ts";
import { httpsOnly } from "../../src/http/https-only.ts";
import { createThrottle } from "../../src/http/throttle.ts";
import { createRedis } from "../../src/redis/client.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { ADMIN } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startTestRedis } from "../support/redis.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

function basic(password: string): string {
  return `Basic ${Buffer.from(`${ADMIN.username}:${password}`).toString("base64")}`;
}

/** As somebody who loads a page again that says that Redis does not answer: on a machine that is held up, it did not. */
async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const { headers, ...rest } = options;
  for (;;) {
    const response = await fetch(`${system.url}${path}`, {
      redirect: "manual",
      headers: { authorization: basic(ADMIN.password), ...(headers as Record<string, string>) },
      ...rest,
    });
    if (response.status !== 503) return response;
  }
}

const resume = (headers: Record<string, string>, token = createFormTokens(ADMIN).issue(Date.now())) =>
  ask("/admin/resume", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ token, crm: "salesforce" }).toString(),
  });

describe("signing in", () => {
  it.each(["/admin/quarantine", "/admin/queues/", "/admin/queues/api/queues", "/admin/assets/x.css"])(
    "is asked for at %s",
    async (path) => {
      const response = await ask(path, { headers: { authorization: "" } });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="admin"/);
    },
  );

  it("is refused after too many wrong passwords, also with the right one, while notifications go on", async () => {
    for (let i = 0; i < 10; i += 1) {
      expect((await ask("/admin/quarantine", { headers: { authorization: basic(`wrong ${i}`) } })).status).toBe(401);
    }
    const eleventh = await ask("/admin/quarantine", { headers: { authorization: basic("wrong") } });
    expect(eleventh.status).toBe(429);
    expect(Number(eleventh.headers.get("retry-after"))).toBeGreaterThan(60);
    expect((await ask("/admin/quarantine")).status).toBe(429);
    expect((await system.post("bookings", sample("purchase-created"))).status).toBe(202);
  });

  it("lets in the right one among many guesses at one moment only where it was among the first [S3]", async () => {
    const guesses = Array.from({ length: 60 }, (_, i) =>
      ask("/admin/quarantine", { headers: { authorization: basic(`wrong ${i}`) } }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect((await ask("/admin/quarantine")).status).toBe(429);
  });

  it("is closed for a network and a name, and for nobody from elsewhere [S3]", async () => {
    const throttle = createThrottle(system.redis, system.keys, "sign-in");
    const blockedFrom = async (address: string) => (await throttle.passed({ address, username: "admin" })) > 0;
    for (let i = 0; i < 6; i += 1) {
      await throttle.failed({ address: `2001:db8::${i}`, username: "admin" });
      await throttle.failed({ address: `2001:0db8:0:0:ffff::${i}`, username: "admin" });
    }
    for (let i = 0; i < 11; i += 1) await throttle.failed({ address: "::ffff:192.0.2.1", username: "admin" });
    expect(await blockedFrom("2001:db8:0:0:1:2:3:4")).toBe(true);
    expect(await blockedFrom("2001:db8:0:1::1")).toBe(false);
    expect(await blockedFrom("192.0.2.1")).toBe(true);
    expect(await blockedFrom("192.0.2.2")).toBe(false);
    expect(await throttle.passed({ address: "192.0.2.1", username: "prometheus" })).toBe(0);
  });

  it("does not count a browser's first look, which brings no password yet", async () => {
    for (let i = 0; i < 15; i += 1) await ask("/admin/quarantine", { headers: { authorization: "" } });
    expect((await ask("/admin/quarantine")).status).toBe(200);
  });
});

describe("a button", () => {
  it("works from our own page", async () => {
    expect((await resume({ "sec-fetch-site": "same-origin" })).status).toBe(303);
    expect((await resume({ origin: system.url })).status).toBe(303);
  });

  it.each<[string, Record<string, string>]>([
    ["another site's page", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["a page of a sister host", { "sec-fetch-site": "same-site", origin: "http://other.127.0.0.1" }],
    ["an old browser on another site's page", { origin: "https://evil.example" }],
    ["an old browser on a page of another port of this host", { origin: "http://127.0.0.1:1" }],
    ["a sandboxed frame", { origin: "null" }],
    ["something that does not say where it comes from", {}],
  ])("does nothing for %s, in our pages and in bull-board", async (_who, headers) => {
    expect((await resume(headers)).status).toBe(403);
    const paused = await ask("/admin/queues/api/queues/sync-salesforce/pause", { method: "PUT", headers });
    expect(paused.status).toBe(403);
    expect(await system.queues.salesforce?.isPaused()).toBe(false);
  });

  it("does nothing without the form's token, or with one that was made up, is too old or of another password", async () => {
    const now = Date.now();
    const old = createFormTokens(ADMIN).issue(now - 13 * 3_600_000);
    const foreign = createFormTokens({ ...ADMIN, password: "other" }).issue(now);
    for (const token of ["", "zzzz.zzzz", old, foreign]) {
      expect((await resume({ "sec-fetch-site": "same-origin" }, token)).status).toBe(403);
    }
  });
});

describe("a browser", () => {
  it("is told to run no script of anybody else's, to keep nothing and to show the page in no frame", async () => {
    const { headers } = await ask("/admin/quarantine");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
    const board = await ask("/admin/queues/");
    expect(board.headers.get("content-security-policy")).toContain("script-src 'self';");
  });

  it.each(["/admin/quarantine", "/admin/queues/"])(
    "is told on %s to send forms and addresses to nobody else, and to come by HTTPS alone",
    async (path) => {
      const { headers } = await ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("form-action 'self'");
      expect(policy).toMatch(/base-uri '(none|self)'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      const [, seconds] = /^max-age=(\d+)$/.exec(headers.get("strict-transport-security") ?? "") ?? [];
      expect(Number(seconds)).toBeGreaterThanOrEqual(180 * 86_400);
    },
  );

  it("gets what is in quarantine as a file that nothing will run", async () => {
    await system.post("bookings", "<script>alert(1)</script>");
    const page = await (await ask("/admin/quarantine")).text();
    const [, path = ""] = /href="(\/admin\/quarantine\/[^"]*\/download)"/.exec(page) ?? [];
    const { headers } = await ask(path);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename=delivery-[\w-]+\.txt$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("HTTPS", () => {
  async function through(trusted: number, headers: Record<string, string>, method = "GET"): Promise<Response> {
    const app = express();
    app.set("trust proxy", trusted);
    app.use(httpsOnly(true), (_request, response) => void response.send("in"));
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/admin?a=1`, { redirect: "manual", method, headers });
    await response.text();
    server.close();
    return response;
  }

  it("is insisted on behind a proxy: looks are led there, the rest is refused", async () => {
    const look = await through(1, { "x-forwarded-proto": "http" });
    expect(look.status).toBe(308);
    expect(look.headers.get("location")).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/admin\?a=1$/);
    expect((await through(1, { "x-forwarded-proto": "http" }, "POST")).status).toBe(403);
    expect((await through(1, { "x-forwarded-proto": "https" })).status).toBe(200);
  });

  it("is not believed of a proxy that is not trusted", async () => {
    expect((await through(0, { "x-forwarded-proto": "https" })).status).toBe(308);
  });

  it("is not needed on the machine itself", async () => {
    expect((await through(0, {})).status).toBe(200);
  });

  it.each(["x-forwarded-for", "via", "forwarded"])(
    "is, where %s says that a proxy handed it on [S2]",
    async (header) => {
      expect((await through(0, { [header]: "1.1 proxy" }, "POST")).status).toBe(403);
    },
  );

  it("is insisted on wherever credentials are taken [S2]", async () => {
    const production = await startSystem({ env: { NODE_ENV: "production", TRUSTED_PROXIES: "1" } });
    try {
      const headers = { "x-forwarded-proto": "http" };
      const post = async (path: string) =>
        (await fetch(`${production.url}${path}`, { method: "POST", headers })).status;
      expect(await Promise.all(["/notifications/bookings", "/metrics", "/admin"].map(post))).toEqual([403, 403, 403]);
      expect((await fetch(`${production.url}/healthz`, { headers })).status).toBe(200);
    } finally {
      await production.stop();
    }
  });
});

describe("while Redis is away", () => {
  it("wrong passwords are still counted", async () => {
    const server = await startTestRedis();
    const redis = createRedis({ url: server.url, verifyTls: true }, "edge", () => {});
    await redis.ping();
    const throttle = createThrottle(redis, createKeys(), "sign-in");
    const guess = { address: "192.0.2.1", username: "admin" };
    expect((await throttle.failed(guess)).seconds).toBe(0);
    await server.kill();
    await eventually(() => expect(redis.status).not.toBe("ready"));
    for (let i = 0; i < 10; i += 1) expect((await throttle.failed(guess)).seconds).toBe(0);
    expect((await throttle.failed(guess)).seconds).toBeGreaterThan(0);
    expect(await throttle.passed(guess)).toBeGreaterThan(0);
    expect(await throttle.passed({ ...guess, address: "192.0.2.2" })).toBe(0);
    redis.disconnect();
    await server.stop();
  });
});
