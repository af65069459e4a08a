/** A platform that ends a process gives it a while and no more; what hangs must not hold it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { endChildren, endsWithUs } from "../support/children.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHUTDOWN_MS = 4_000;
/** A CRM that hangs and a sender that stalls would hold the process for longer than this; a slow machine would not. */
const AT_MOST_MS = 4 * SHUTDOWN_MS;

let sandbox: Sandbox;
let redis: TestRedis;
let calls = 0;

beforeAll(async () => {
  sandbox = await startSandbox({
    onRequest: (_crm, { method }) => {
      // Not the questions whether the CRM is there at all.
      if (method === "POST") calls += 1;
    },
  });
  redis = await startTestRedis();
});
afterAll(endChildren);
afterAll(async () => {
  await sandbox.close();
  await redis.stop();
});

it("a process with a hanging CRM, a stalled sender and idle connections ends in its time", async () => {
  const env = {
    PATH: process.env.PATH,
    PORT: "0",
    REDIS_URL: redis.url,
    BOOKINGBUG_USERNAME: "bookingbug",
    BOOKINGBUG_PASSWORD: "secret",
    ADMIN_USERNAME: "admin",
    ADMIN_PASSWORD: "admin-secret",
    CRM: "hubspot",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
    SHUTDOWN_MS: String(SHUTDOWN_MS),
    CRM_TIMEOUT_MS: "120000",
  };
  const child = endsWithUs(
    spawn(process.execPath, ["src/start.ts"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] }),
  );
  const ended = once(child, "exit");
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  await eventually(() => expect(log).toContain("bringing CRMs up to date"));
  sandbox.faults.set([{ crm: "hubspot", action: { type: "timeout", after: false } }]);
  const port = Number(/"port":(\d+)/.exec(log)?.[1]);
  const authorization = `Basic ${Buffer.from("bookingbug:secret").toString("base64")}`;
  const stalled = connect(port, "127.0.0.1").on("error", () => {});
  stalled.write(
    `POST /notifications/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 9\r\n\r\n`,
  );
  const before = calls;
  const body = JSON.stringify(sample("purchase-created"));
  const posted = await fetch(`http://127.0.0.1:${port}/notifications/bookings`, {
    method: "POST",
    headers: { authorization },
    body,
  });
  expect(posted.status).toBe(202);
  await eventually(() => expect(calls).toBeGreaterThan(before));

  const start = Date.now();
  child.kill("SIGTERM");
  await ended;
  expect(Date.now() - start).toBeLessThan(AT_MOST_MS);
  expect(log).toContain('"msg":"stopping"');
});
