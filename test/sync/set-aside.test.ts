/** What failed is kept while it is on the list, and ages once it is not, whoever takes it off at that moment [R1, R2]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { dismiss } from "../../src/operate/dismiss.ts";
import { setAside } from "../../src/sync/set-aside.ts";
import { eventually } from "../support/eventually.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const crm = "salesforce";
const chosen = { crm, purchaseIds: ["1"], by: "ops", reason: "a test" };
let system: TestSystem;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem({ env: { CRM: crm } });
  tools = await openTools(system.environment);
});
beforeEach(async () => {
  await system.reset();
  await system.deliver("bookings", somebodys(1, { first: "Ada", last: "Lovelace", email: "ada@example.com" }, tooLong));
  await eventually(async () => expect(await ages()).toEqual([-1, -1]));
});
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const ages = () =>
  Promise.all([system.keys.inbox("1"), system.keys.timeline(crm, "1")].map((key) => system.redis.ttl(key)));

describe("what failed for good", () => {
  it("ages where it was dismissed while it was set aside", async () => {
    const [jobId = ""] = await tools.syncLog.failedJobs(crm, ["1"]);
    const [{ ledger } = { ledger: undefined }] = tools.crms;
    const { inbox, syncLog } = tools;
    if (ledger === undefined) throw new Error("no CRM");
    const park: typeof inbox.park = async (...what) => {
      await dismiss(tools, chosen);
      await inbox.park(...what);
    };
    const isListed = async (id: string, job?: string): Promise<boolean> => {
      const jobs = await syncLog.failedJobs(crm, [id]);
      return job === undefined ? jobs.length > 0 : jobs.includes(job);
    };
    const deps = { crm, ledger, inbox: { ...inbox, park }, passLog: { isListed } };
    expect(await setAside(deps, { purchaseId: "1", jobId, what: "heard" })).toBe(true);
    for (const seconds of await ages()) expect(seconds).toBeGreaterThan(0);
  });

  it("ages where it is dismissed while a retry of it fails once more", async () => {
    const { inbox } = tools;
    let isFirst = true;
    const letAge: typeof inbox.dismiss = async (...what) => {
      await inbox.dismiss(...what);
      if (isFirst) await inbox.park(crm, "1", "heard");
      isFirst = false;
    };
    await dismiss({ ...tools, inbox: { ...inbox, dismiss: letAge } }, chosen);
    for (const seconds of await ages()) expect(seconds).toBeGreaterThan(0);
  });
});
