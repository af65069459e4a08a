/** The steps of docs/deployment.md, "First deployment", taken as they stand there, to the first record in the CRM [E9]. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../support/children.ts";
import { onDyno, runLine } from "../support/cli.ts";
import { BOOKINGBUG, basic, testEnvironment } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const [, page = ""] = /^## First deployment\n([\s\S]*?)^## /m.exec(read("docs/deployment.md")) ?? [];
const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = ""]) => block.trim().split("\n"))
  .map((line) => line.replace(/\s+#.*$/, ""));
const procfile = new Map(
  [...read("Procfile").matchAll(/^(\w+): (.*)$/gm)].map(([, name = "", command = ""]) => [name, command.split(" ")]),
);
const names = (file: string, pattern: RegExp) => [...new Set(read(file).match(pattern))];
const BARE = {
  salesforce: {
    hiddenFields: names("mappings/salesforce.yaml", /\bBB_\w+__c\b/g).map(
      (name) => `${name === "BB_Id__c" ? "Contact" : "Event"}.${name}`,
    ),
  },
  hubspot: {
    withoutProperties: names("mappings/hubspot.yaml", /\bbookingbug_\w+\b/g).map(
      (name) => `${name === "bookingbug_id" ? "contacts" : "meetings"}.${name}`,
    ),
  },
};

let sandbox: Sandbox;
let redis: TestRedis;
let home: Record<string, string>;
/** Of a dyno: what the config vars and the platform set. */
let dyno: Record<string, string>;
const data = mkdtempSync(join(tmpdir(), "home-"));
const running: ReturnType<typeof start>[] = [];

beforeAll(async () => {
  sandbox = await startSandbox(BARE);
  redis = await startTestRedis({ fsync: "always" });
  const { REDIS_URL, ...settings } = testEnvironment(redis.url, sandbox.url);
  home = { ...settings, DATA_DIR: data };
  dyno = { ...settings, REDIS_URL, NODE_ENV: "production", DYNO: "web.1" };
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await sandbox.close();
  await redis.stop();
  rmSync(data, { recursive: true, force: true });
});

/** A process of the Procfile, as a dyno starts it. */
function start(name: string) {
  const env = { ...CHILD_ENVIRONMENT, ...dyno };
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const [command = "", ...args] = procfile.get(name) ?? [];
  const child = endsWithUs(spawn(join(ROOT, command), args, { cwd: ROOT, env, stdio: [...stdio] }));
  const told = { log: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    told.log += text;
  });
  return Object.assign(child, { told });
}

async function release(): Promise<{ code: unknown; log: string }> {
  const child = start("release");
  const [code] = await once(child, "close");
  return { code, log: child.told.log };
}

/** What BookingBug does once it has the callback URLs; the router says that it came over HTTPS. */
async function book(log: string): Promise<void> {
  const url = `http://127.0.0.1:${/"port":(\d+)/.exec(log)?.[1]}/notifications/bookings`;
  const headers = { authorization: basic(BOOKINGBUG), "x-forwarded-proto": "https" };
  const { status } = await fetch(url, { method: "POST", headers, body: JSON.stringify(sample("purchase-created")) });
  expect(status).toBe(202);
  await eventually(() => {
    expect(sandbox.salesforce.records("Event")).toHaveLength(1);
    expect(sandbox.hubspot.records("meetings")).toHaveLength(1);
  });
}

it("is refused by the release phase before the CRM has the fields, with what to do [E9]", async () => {
  const { code, log } = await release();
  expect(code).toBe(1);
  expect(log).toMatch(/BB_Id__c/);
  expect(log).toMatch(/bookingbug_booking_id/);
});

it("leads to the first record, step by step in the order that is printed [E9]", async () => {
  const taken: string[] = [];
  for (const step of steps) {
    if (step.startsWith("bin/crm-sync")) {
      expect(await runLine(step, home)).toMatchObject({ code: 0 });
    } else if (step === "git push heroku main") {
      const { code, log } = await release();
      expect([code, log]).toEqual([0, expect.stringContaining("Ready")]);
    } else if (step.startsWith("heroku ps:scale")) {
      const scaled = [...step.matchAll(/(\w+)=1/g)].map(([, name = ""]) => name);
      expect(scaled.toSorted()).toEqual([...procfile.keys()].filter((name) => name !== "release").toSorted());
      running.push(...scaled.map(start));
      await eventually(() => expect(running[0]?.told.log).toMatch(/"port":\d+/));
    } else if (step.startsWith("heroku run ")) {
      // It is there to be seen by the command that shows it.
      if (step.includes(" show ")) await book(running[0]?.told.log ?? "");
      const { code, out } = await runLine(onDyno(step.split(" ").slice(2)), dyno);
      expect([code, out]).toEqual([0, expect.stringMatching(/All is well|11610441/)]);
    }
    taken.push(step.split(" ").slice(0, 2).join(" "));
  }
  const order = [
    "bin/crm-sync provision",
    "heroku addons:create",
    "heroku addons:wait",
    "heroku config:set",
    "git push",
  ];
  expect(taken.filter((step, i) => order.includes(step) && taken.indexOf(step) === i)).toEqual(order);
  expect(taken.indexOf("git push")).toBeLessThan(taken.indexOf("heroku ps:scale"));
}, 120_000);
