/** `GET /readyz` is for anybody, so it must not be a lever to spend a CRM's calls with. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { prepare, type Running } from "../../src/app/base.ts";
import { startWeb } from "../../src/app/web.ts";
import { testEnvironment } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
let sandbox: Sandbox;
let web: Running & { readonly port: number };

beforeAll(async () => {
  redis = await startTestRedis();
  sandbox = await startSandbox();
  // No worker, so that nobody has found out yet whether the CRM accepts us.
  const environment = {
    ...testEnvironment(redis.url, sandbox.url),
    CRM: "hubspot",
    LOG_LEVEL: "silent",
  };
  web = await startWeb(await prepare(environment, "test"));
});
afterAll(async () => {
  await web.stop();
  await sandbox.close();
  await redis.stop();
});

it("asks a CRM that does not accept us once, however often it is asked itself, and is ready all the same [V6]", async () => {
  let asked = 0;
  sandbox.faults.set([{ action: { type: "status", status: 401, body: {} } }]);
  const next = sandbox.faults.next;
  Object.assign(sandbox.faults, {
    next: (...args: Parameters<typeof next>) => {
      asked += 1;
      return next(...args);
    },
  });
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${web.port}/readyz`)).text();
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  answers.push(await ask());
  for (const answer of answers) {
    expect(JSON.parse(answer)).toMatchObject({ status: "ready", checks: { hubspot: { ok: false } } });
  }
  expect(asked).toBe(1);
});
