/** A pass that loses its lock while it writes may have written after a newer one: the next writes everything again. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { SandboxRequest } from "../../sandbox/crm.ts";
import { createInbox } from "../../src/inbox/inbox.ts";
import { passLock } from "../../src/sync/pass.ts";
import { eventually } from "../support/eventually.ts";
import { createMeanwhile } from "../support/meanwhile.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const PURCHASE = "11610441";
let system: TestSystem;
const isWrite = ({ path }: SandboxRequest): boolean => path.includes("composite/sobjects");
const meanwhile = createMeanwhile(isWrite);
let written: string[] = [];

beforeAll(async () => {
  system = await startSystem({
    env: { CRM: "salesforce" },
    sandbox: {
      onRequest(crm, request) {
        if (isWrite(request)) written.push(request.body);
        return meanwhile.onRequest(crm, request);
      },
    },
  });
});
beforeEach(async () => {
  await system.reset();
  written = [];
});
afterAll(() => system.stop());

const moved = () => movedTo(sample("purchase-created"), "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00");

const isInDoubt = async () => (await system.redis.exists(system.keys.doubt("salesforce", PURCHASE))) > 0;

/** Another pass, which has come to its end by now. */
async function anotherPass(): Promise<void> {
  const { redis, keys } = system;
  await redis.set(keys.lock(`pass:salesforce:${PURCHASE}`), "another pass", "PX", 300);
  await redis.del(keys.attempt("salesforce", PURCHASE));
  await redis.zrem(keys.pending("salesforce"), PURCHASE);
}

/** Another worker, which has taken the job over. */
async function anotherWorker(): Promise<void> {
  await anotherPass();
  const queue = system.queues.salesforce;
  const [job] = (await queue?.getActive()) ?? [];
  await system.redis.del(`${queue?.toKey(job?.id ?? "")}:lock`);
  await job?.remove();
}

async function expectAllIsWrittenAgain(): Promise<void> {
  await eventually(() => expect(written.length).toBe(4));
  const [late, again] = written.slice(2);
  expect(late).not.toContain('"Subject"');
  expect(again).toContain('"Subject"');
  await system.quiet();
  expect(await isInDoubt()).toBe(false);
}

it("takes nothing for written [O5]", async () => {
  await system.deliver("bookings", sample("purchase-created"));
  meanwhile.next(anotherPass);
  await system.post("updates", moved());
  await expectAllIsWrittenAgain();
});

it("is looked at again although its job is another worker's, and nobody says until then that somebody has edited it [O5]", async () => {
  await system.deliver("bookings", sample("purchase-created"));
  meanwhile.next(anotherWorker);
  await system.post("updates", moved());
  await eventually(async () => expect(await isInDoubt()).toBe(true));
  await expectAllIsWrittenAgain();
});

it("is looked at again although the other pass settles what it wrote itself only after that [O5]", async () => {
  const { redis, keys } = system;
  const isPending = async () => (await redis.zscore(keys.pending("salesforce"), PURCHASE)) !== null;
  const lock = keys.lock(passLock("salesforce", PURCHASE));
  await system.deliver("bookings", sample("purchase-created"));
  meanwhile.next(async () => {
    await anotherWorker();
    await redis.set(lock, "another pass");
  });
  await system.post("updates", moved());
  await eventually(async () => expect([await isInDoubt(), await isPending()]).toEqual([true, true]));

  const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
  await inbox.settle("salesforce", PURCHASE, await inbox.newestNumber(PURCHASE));
  await redis.del(lock);
  await expectAllIsWrittenAgain();
});
