/** What drifted is repaired by a job [J6]: as it was planned, and nothing else. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import { connect, prepare } from "../../src/app/base.ts";
import { bulkDeps } from "../../src/app/bulk.ts";
import { createParts } from "../../src/app/parts.ts";
import type { BulkDeps } from "../../src/bulk/deps.ts";
import { runBulk } from "../../src/bulk/run.ts";
import type { Bulk } from "../../src/bulk/store.ts";
import { planned, repairsIn } from "../../src/drift/repair.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { Crash, crashAt } from "../support/crash-at.ts";
import { eventually } from "../support/eventually.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { somebodys } from "../support/scenes.ts";
import { useDrift } from "../support/use-drift.ts";
import { jobAt } from "./many.ts";

const SALESFORCE = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    owner: bookingbug
    fields: { LastName: client.last_name, FirstName: client.first_name, Email: { value: client.email, owner: report } }
`;
const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    owner: bookingbug
    fields: { lastname: client.last_name, firstname: client.first_name, email: { value: client.email, owner: report } }
`;
const NAMES = {
  salesforce: { contact: "Contact", last: "LastName" },
  hubspot: { contact: "contacts", last: "lastname" },
} as const;
type Crm = keyof typeof NAMES;

let admin: AdminClient;
const world = useDrift(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  return { env: { MAPPINGS_DIR: folder }, log: pino({ level: "silent" }) };
});
beforeAll(() => {
  admin = createAdminClient(world.system);
});
const { driftOf } = world;
const swept = async (crm: Crm) => await sweep(driftOf(crm), new AbortController().signal);
const contacts = (crm: Crm) => world.system.sandbox[crm].records(NAMES[crm].contact);
const lastNames = (crm: Crm) => contacts(crm).map(({ values }) => values[NAMES[crm].last]);
const edit = (crm: Crm, id: string, value: string) =>
  world.system.sandbox[crm].edit(NAMES[crm].contact, id, { [NAMES[crm].last]: value });

/** As many people, each with a booking and another last name typed in the CRM, which a round has seen. */
async function edited(crm: Crm, count: number): Promise<void> {
  for (let id = 1; id <= count; id += 1) {
    const body = somebodys(id, { first: "Ada", last: `No ${id}`, email: `ada${id}@example.com` }, (booking) =>
      Object.assign(booking, { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" }),
    );
    await world.system.post("bookings", body);
  }
  await world.system.quiet();
  for (const { id, values } of contacts(crm)) edit(crm, id, `${values[NAMES[crm].last]} typed`);
  await swept(crm);
}

const hiddenOf = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
async function confirmed(crm: Crm): Promise<Readonly<Record<string, string>>> {
  const { html } = await admin.get(`/admin/jobs/new?action=repair_drift&crm=${crm}`);
  return { action: "repair_drift", crm, plan: hiddenOf(html, "plan") };
}
async function over(id: string): Promise<Bulk | undefined> {
  await eventually(async () => expect((await world.tools.bulks.read(id))?.end?.how).toBe("done"));
  return await world.tools.bulks.read(id);
}
const idOf = (location = ""): string => /^\/admin\/jobs\/([^?]+)/.exec(location)?.[1] ?? "";

describe.each(["salesforce", "hubspot"] as const)("%s: repairing what drifted [J6]", (crm) => {
  const { contact, last } = NAMES[crm];

  it("is asked for on the Drift page, which says first what would be written, and undone as a job", async () => {
    await edited(crm, 2);
    expect((await admin.get("/admin/drift")).html).toContain(`/admin/jobs/new?action=repair_drift&amp;crm=${crm}`);
    const { text } = await admin.get(`/admin/jobs/new?action=repair_drift&crm=${crm}`);
    expect(text).toMatch(new RegExp(`Repair 2 records.*2 written back \\(${contact}.${last} 2\\)`));
    expect(lastNames(crm)).toEqual(["No 1 typed", "No 2 typed"]);
    const { status, location } = await admin.post("/admin/jobs", await confirmed(crm));
    expect(status).toBe(303);
    const id = idOf(location);
    expect((await over(id))?.progress).toMatchObject({ done: 2, failed: 0, inHand: [] });
    expect(lastNames(crm)).toEqual(["No 1", "No 2"]);
    expect((await jobAt(admin, id)).text).toMatch(/Repair 2 records ✓ Done .*2 of 2 records over.*by admin/);
    expect((await admin.get("/admin/bookings/1")).text).toMatch(/ran it again .*: repair of \S+ \S+ in a job/);
    expect((await admin.get("/admin/audit")).text).toMatch(/Started a job repair drift, .*, job .*, 2 records/);
    expect(await driftOf(crm).store.count()).toBe(0);
    const undone = await runCli(["undo", "--crm", crm, "--job", id, "--apply"], world.system.environment);
    expect([undone, lastNames(crm)]).toEqual([expect.objectContaining({ code: 0 }), ["No 1 typed", "No 2 typed"]]);
  });

  it("leaves and counts what somebody edited since it was planned", async () => {
    await edited(crm, 2);
    edit(crm, contacts(crm)[0]?.id ?? "", "Typed anew");
    const { location } = await admin.post("/admin/jobs", await confirmed(crm));
    const id = idOf(location);
    expect((await over(id))?.progress).toMatchObject({ done: 1, leftOut: { changed: 1, settled: 0 } });
    expect(lastNames(crm)).toEqual(["Typed anew", "No 2"]);
    expect((await jobAt(admin, id)).text).toContain("1 left out: changed since it was planned");
  });

  it("leaves what a pass has written since, and what was deleted", async () => {
    await edited(crm, 2);
    const plan = planned(await repairsIn(driftOf(crm).store));
    const said = somebodys(1, { first: "Ada", last: "Newer", email: "ada1@example.com" });
    await world.system.deliver("updates", said);
    edit(crm, contacts(crm)[0]?.id ?? "", "No 1 typed");
    world.system.sandbox[crm].remove(contact, contacts(crm)[1]?.id ?? "");
    const id = await world.tools.bulks.startRepair({ action: "repair_drift", crm }, "ops", plan);
    expect((await over(id))?.progress).toMatchObject({ done: 0, leftOut: { changed: 2 } });
    expect(lastNames(crm)).toEqual(["No 1 typed"]);
  });

  it("is not started by a page that showed something else", async () => {
    await edited(crm, 2);
    const shown = await confirmed(crm);
    const [first] = await repairsIn(driftOf(crm).store);
    await driftOf(crm).store.drop(first === undefined ? [] : [first]);
    expect((await admin.post("/admin/jobs", shown)).status).toBe(409);
    expect((await admin.post("/admin/jobs", { action: "repair_drift", crm })).status).toBe(409);
    expect(await world.tools.bulks.newest({ offset: 0, limit: 9 })).toEqual([]);
  });
});

describe("a repair [J6]", () => {
  let deps: ReturnType<typeof bulkDeps>;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const base = await prepare(world.system.environment, "test");
    const parts = createParts(base, connect(base, "worker"));
    deps = bulkDeps(base, parts);
    close = async () => {
      await deps.close();
      await parts.close();
      await base.stopRedis();
    };
  });
  afterEach(() => close());

  const added = async (id: string) => {
    const plan = planned(await repairsIn(driftOf("hubspot").store));
    await deps.store.keepPlan(id, plan);
    const request = { action: "repair_drift", crm: "hubspot" } as const;
    await deps.store.add(id, { request, by: "ops", at: new Date().toISOString(), total: plan.length });
  };

  it("whose worker goes down anywhere is gone on with, and notes and writes nothing twice", async () => {
    await edited("hubspot", 30);
    await added("r1");
    let crashes = 0;
    for (let n = 1; (await deps.store.read("r1"))?.end === undefined; n += 1) {
      await runBulk(crashingAt(deps, n), "r1", new AbortController().signal).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        crashes += 1;
      });
    }
    expect(crashes).toBeGreaterThan(3);
    expect((await deps.store.read("r1"))?.progress).toMatchObject({ done: 30, leftOut: { changed: 0, settled: 0 } });
    expect(lastNames("hubspot")).toEqual(Array.from({ length: 30 }, (_, index) => `No ${index + 1}`));
    for (let id = 1; id <= 30; id += 1) {
      const notes = (await world.tools.syncLog.timeline(String(id))).filter(({ kind }) => kind === "action");
      expect([id, notes.length]).toEqual([id, 1]);
    }
    expect(await deps.store.plan("r1")).toEqual([]);
  }, 120_000);

  it("takes up nothing while its CRM is paused, nor once it is stopped", async () => {
    await edited("hubspot", 2);
    await added("r2");
    const { gate } = deps.crms.find(({ crm }) => crm === "hubspot") ?? {};
    await gate?.pause({ by: "ops", reason: "maintenance", since: new Date().toISOString() });
    const run = (): Promise<boolean> => runBulk(deps, "r2", new AbortController().signal);
    expect(await run()).toBe(true);
    expect((await deps.store.read("r2"))?.progress).toMatchObject({ done: 0, inHand: [] });
    await deps.store.stop("r2", "ops");
    await run();
    expect((await deps.store.read("r2"))?.end?.how).toBe("stopped");
    expect(lastNames("hubspot")).toEqual(["No 1 typed", "No 2 typed"]);
  });
});

/** The n-th step that leaves a trace in Redis is the last one: before it takes effect, or after. */
function crashingAt(deps: BulkDeps, n: number): BulkDeps {
  const doomed = crashAt(n);
  return {
    ...deps,
    store: { ...deps.store, save: doomed(deps.store.save) },
    syncLog: { ...deps.syncLog, recordAction: doomed(deps.syncLog.recordAction) },
  };
}
