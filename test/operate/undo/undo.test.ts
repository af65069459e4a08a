/** `undo` against both CRMs: what a wrong mapping wrote is given back, and what a person or a later pass wrote stays. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { noteLook } from "../../../src/operate/purchase.ts";
import type { UndoDeps } from "../../../src/operate/undo/plan.ts";
import { survey } from "../../../src/operate/undo/plan.ts";
import { undo } from "../../../src/operate/undo/run.ts";
import { runCli } from "../../support/cli.ts";
import { Crash, crashAt } from "../../support/crash-at.ts";
import { mappingFolder } from "../../support/mapping-folder.ts";
import { somebodys } from "../../support/scenes.ts";
import { type Changing, type Crm, type Held, nobodyLooks, startChanging, undoAll } from "./changed.ts";

let world: Changing;
beforeAll(async () => {
  world = await startChanging();
});
beforeEach(() => world.system.reset());
afterAll(() => world.stop());

const RIGHT = new Map<string, string>();
const WRONG = {
  salesforce: new Map([
    ["BB_Status__c", "      BB_Status__c: { constant: Wrong }"],
    ["Location", '      Location: "wrong {{ booking.id }}"'],
    ["MobilePhone", "      MobilePhone: { constant: '5550199' }"],
  ]),
  hubspot: new Map([
    ["hs_meeting_title", "      hs_meeting_title: { constant: Wrong }"],
    ["hs_meeting_location", '      hs_meeting_location: "wrong {{ booking.id }}"'],
    ["mobilephone", "      mobilephone: { constant: '5550199' }"],
  ]),
};
const IDS = [501, 502, 503];
const person = (id: number) => ({ first: "Ada", last: `No ${id}`, email: `ada${id}@example.com` });
const ids = IDS.map(String);

/** Bookings under the right mapping, then the wrong one over all of them. @returns its version */
async function writeWrongly(crm: Crm): Promise<string> {
  world.change(crm, RIGHT);
  for (const id of IDS) await world.system.post("bookings", somebodys(id, person(id)));
  await world.system.quiet();
  const version = world.change(crm, WRONG[crm]);
  await world.again(crm, ids);
  return version;
}

async function rightAndWrong(crm: Crm) {
  world.change(crm, RIGHT);
  for (const id of IDS) await world.system.post("bookings", somebodys(id, person(id)));
  await world.system.quiet();
  const before = world.held(crm);
  const version = world.change(crm, WRONG[crm]);
  await world.again(crm, ids);
  expect(world.held(crm)).not.toEqual(before);
  return { before, version };
}

describe.each(["salesforce", "hubspot"] as const)("what a version of a mapping wrote in %s [T1] [T2]", (crm) => {
  it("is given back; what is undone twice is as it was, and the next notification writes what the mapping says", async () => {
    const { before, version } = await rightAndWrong(crm);
    const { surveyed, planned, done } = await undoAll(world.tools, crm, { kind: "version", version });
    expect(surveyed).toMatchObject({ purchases: 3, isMore: false, cutShort: 0, inForce: [version] });
    expect(planned.flatMap(({ verdicts }) => verdicts.filter((one) => one.do === "skip"))).toEqual([]);
    expect(done.filter(({ failed }) => failed !== undefined)).toEqual([]);
    expect(world.held(crm)).toEqual(before);

    const again = await undoAll(world.tools, crm, { kind: "version", version });
    expect(again.done.flatMap(({ fields }) => fields)).toEqual([]);
    expect(world.held(crm)).toEqual(before);

    await world.again(crm, ids);
    expect(JSON.stringify(world.held(crm))).toMatch(/wrong 5010/);
  });

  it("is given back where it is a person's words in a field that no mapping wrote before", async () => {
    const [object, field, beside] =
      crm === "salesforce"
        ? (["Contact", "Title", "MobilePhone"] as const)
        : (["contacts", "jobtitle", "mobilephone"] as const);
    world.change(crm, RIGHT);
    for (const id of IDS) await world.system.post("bookings", somebodys(id, person(id)));
    await world.system.quiet();
    const [first, second] = world.system.sandbox[crm].records(object);
    if (first === undefined || second === undefined) throw new Error("no records");
    world.system.sandbox[crm].edit(object, first.id, { [field]: "Own words" });
    const before = world.held(crm);
    const right = `      ${beside}: "client.mobile | e164: client.mobile_prefix"`;
    const version = world.change(crm, new Map([[beside, `${right}\n      ${field}: { constant: Wrong }`]]));
    await world.again(crm, ids);
    expect(JSON.stringify(world.held(crm))).not.toContain("Own words");
    await undoAll(world.tools, crm, { kind: "version", version });
    const after = world.held(crm);
    expect(after[`${object} ${first.id}`]).toEqual(before[`${object} ${first.id}`]);
    expect(after[`${object} ${second.id}`]?.[field] || undefined).toBeUndefined();
  });

  it("is left where somebody edited it, and where a pass wrote it again", async () => {
    const { before, version } = await rightAndWrong(crm);
    const { object, field } =
      crm === "salesforce"
        ? { object: "Event", field: "Location" }
        : { object: "meetings", field: "hs_meeting_location" };
    const [edited, other] = world.system.sandbox[crm].records(object);
    if (edited === undefined || other === undefined) throw new Error("no records");
    world.system.sandbox[crm].edit(object, edited.id, { [field]: "by hand" });
    const { planned } = await undoAll(world.tools, crm, { kind: "version", version });
    const why = planned.find(({ record }) => record.id === edited.id)?.verdicts.find((one) => one.field === field);
    expect(why).toEqual({ do: "skip", field, why: "edited" });
    const key = `${object} ${edited.id}`;
    expect(world.held(crm)).toEqual({ ...before, [key]: { ...before[key], [field]: "by hand" } });
  });
});

/** Without the field that the mapping writes for cancelled bookings alone. */
function withoutMark(held: Held): Held {
  const records = Object.entries(held).map(([key, { BB_Cancelled_At__c: _mark, ...values }]) => [key, values]);
  return Object.fromEntries(records);
}

describe("undo in Salesforce", () => {
  const crm = "salesforce";

  it("leaves the ledger with what the CRM holds, so that a pass by the mapping of before writes nothing [T3]", async () => {
    const { before, version } = await rightAndWrong(crm);
    world.change(crm, RIGHT);
    await undoAll(world.tools, crm, { kind: "version", version });
    const calls = () => JSON.stringify(world.system.sandbox.salesforce.stats.calls);
    const sent = calls();
    await world.again(crm, ids);
    expect(calls()).toBe(sent);
    expect(world.held(crm)).toEqual(before);
  });

  it("gives back what was written before more than a timeline has room for [T7]", async () => {
    const { before, version } = await rightAndWrong(crm);
    for (let n = 0; n < 60; n += 1) await noteLook(world.tools, "501", "test");
    const shown = (await world.tools.syncLog.timeline("501")).filter((entry) => entry.crm === crm);
    expect(new Set(shown.map(({ kind }) => kind))).toEqual(new Set(["action"]));
    await undoAll(world.tools, crm, { kind: "version", version });
    expect(world.held(crm)).toEqual(before);
  });

  it("keeps the ledger no longer than it is kept already [T3]", async () => {
    const version = await writeWrongly(crm);
    const key = world.system.keys.ledger(crm, "501");
    const left = await world.system.redis.ttl(key);
    expect(left).toBeGreaterThan(0);
    await undoAll(world.tools, crm, { kind: "version", version });
    const after = await world.system.redis.ttl(key);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(left);
  });

  it("says in the timeline what was given back, and by whom, without values [T1]", async () => {
    const version = await writeWrongly(crm);
    await undoAll(world.tools, crm, { kind: "version", version });
    const actions = (await world.tools.syncLog.timeline("501")).filter(({ kind }) => kind === "action");
    const told = actions.filter((entry) => entry.kind === "action" && entry.action === "undo");
    expect(told.length).toBe(2);
    expect(told).toMatchObject([
      { by: "ops", crm },
      { by: "ops", crm },
    ]);
    expect(JSON.stringify(told)).toMatch(/Event \w+: .*Location/);
    expect(JSON.stringify(told)).not.toMatch(/wrong|5550199/);
  });

  it("deletes what was made only where that is asked for, and nobody has edited it since [T4]", async () => {
    world.change(crm, RIGHT);
    for (const id of IDS) await world.system.post("bookings", somebodys(id, person(id)));
    await world.system.quiet();
    const [edited] = world.system.sandbox.salesforce.records("Event");
    world.system.sandbox.salesforce.edit("Event", edited?.id ?? "", { Subject: "by hand" });
    const choice = { kind: "time", since: 0, until: Date.now() + 1_000 } as const;
    await undoAll(world.tools, crm, choice);
    expect(world.system.sandbox.salesforce.records("Event")).toHaveLength(3);
    await undoAll(world.tools, crm, choice, "remove");
    expect(world.system.sandbox.salesforce.records("Event").map(({ id }) => id)).toEqual([edited?.id]);
    expect(world.system.sandbox.salesforce.records("Contact")).toHaveLength(3);
  });

  it("cancels what was made where that is asked for, as a cancelled booking's is, and leaves what somebody has edited [T6]", async () => {
    world.change(crm, RIGHT);
    for (const id of IDS) await world.system.post("bookings", somebodys(id, person(id)));
    await world.system.quiet();
    const { salesforce } = world.system.sandbox;
    const [edited, other] = salesforce.records("Event");
    salesforce.edit("Event", edited?.id ?? "", { Location: "by hand" });
    const before = world.held(crm);
    const choice = { kind: "time", since: 0, until: Date.now() + 1_000 } as const;
    const { done } = await undoAll(world.tools, crm, choice, "cancel");
    expect(done.filter(({ ended }) => ended === "cancelled").map(({ record }) => record.object)).toEqual([
      "Event",
      "Event",
    ]);
    const after = world.held(crm);
    const cancelled = after[`Event ${other?.id}`];
    expect(cancelled).toMatchObject({
      Subject: expect.stringMatching(/^Cancelled: /),
      ShowAs: "Free",
      BB_Status__c: "cancelled",
      BB_Cancelled_At__c: expect.any(String),
    });
    expect(after[`Event ${edited?.id}`]).toEqual(before[`Event ${edited?.id}`]);
    expect(Object.keys(after).filter((key) => key.startsWith("Contact"))).toHaveLength(3);
    // The ledger says so: the next pass writes what BookingBug says of the booking.
    await world.again(crm, ids);
    expect(withoutMark(world.held(crm))).toEqual(before);
  });

  it("deletes what was made where the mapping's cancelled form is that, and says what has no form [T6]", async () => {
    world.change(crm, RIGHT);
    await world.system.deliver("bookings", somebodys(501, person(501)));
    const choice = { kind: "purchase", purchaseId: "501" } as const;
    const events = () => world.system.sandbox.salesforce.records("Event").length;
    world.change(crm, RIGHT, (text) => text.replace("\n  appointment:\n", "\n  visit:\n"));
    const left = await undoAll(world.tools, crm, choice, "cancel");
    expect(left.done.map(({ failed }) => failed)).toContain("no_cancelled_form");
    expect(events()).toBe(1);
    world.change(crm, RIGHT, (text) =>
      text
        .replace(/\n {6}cancelled:\n(?: {8}.*\n)+/, "\n")
        .replace("\n    per: booking\n", "\n    per: booking\n    cancelled: delete\n"),
    );
    const { done } = await undoAll(world.tools, crm, choice, "cancel");
    expect(done.map(({ ended }) => ended)).toContain("deleted");
    expect(events()).toBe(0);
  });

  it("that cancels is killed wherever, and the next pass knows what the CRM may hold [T5] [T6]", async () => {
    for (let n = 1, isOver = false; !isOver; n += 1) {
      await world.system.reset();
      world.change(crm, RIGHT);
      await world.system.deliver("bookings", somebodys(501, person(501)));
      const before = world.held(crm);
      const { records } = await survey(world.tools, crm, { kind: "purchase", purchaseId: "501" });
      const asked = { crm, by: "ops", of: "a test", created: "cancel" } as const;
      isOver = await undo(crashingAt(world.tools, n), asked, records, nobodyLooks).then(
        () => true,
        () => false,
      );
      await world.again(crm, ["501"]);
      expect([n, withoutMark(world.held(crm))]).toEqual([n, before]);
    }
  });

  it("ends in the same place wherever it is killed [T5]", async () => {
    const { before, version } = await rightAndWrong(crm);
    world.change(crm, RIGHT);
    const { records } = await survey(world.tools, crm, { kind: "version", version });
    const asked = { crm, by: "ops", of: "a test", created: "keep" } as const;
    let crashes = 0;
    for (let n = 1; ; n += 1) {
      const ended = await undo(crashingAt(world.tools, n), asked, records, nobodyLooks).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          return false;
        },
      );
      if (ended) break;
      crashes += 1;
    }
    expect(crashes).toBeGreaterThan(5);
    expect(world.held(crm)).toEqual(before);
    await world.again(crm, ids);
    expect(world.held(crm)).toEqual(before);
  });

  it("that is killed leaves nothing that the next notification takes for written [T5]", async () => {
    for (const n of [1, 2, 4, 6, 7, 8, 9, 10, 12, 14]) {
      await world.system.reset();
      const { version } = await rightAndWrong(crm);
      const wrong = world.held(crm);
      const { records } = await survey(world.tools, crm, { kind: "version", version });
      const asked = { crm, by: "ops", of: "a test", created: "keep" } as const;
      await undo(crashingAt(world.tools, n), asked, records, nobodyLooks).catch(() => {});
      await world.again(crm, ids);
      expect([n, world.held(crm)]).toEqual([n, wrong]);
    }
  });
});

/** The n-th step that leaves a trace is the last one, before it takes effect or after. */
function crashingAt(deps: UndoDeps, n: number): UndoDeps {
  const doomed = crashAt(n, true);
  return {
    ...deps,
    syncLog: { ...deps.syncLog, recordAction: doomed(deps.syncLog.recordAction) },
    crms: deps.crms.map((one) => ({
      ...one,
      connector: {
        ...one.connector,
        save: doomed((write) => one.connector.save(write)),
        find: (query) => one.connector.find(query),
      },
      ledger: {
        ...one.ledger,
        begin: doomed(one.ledger.begin),
        amend: doomed(one.ledger.amend),
        doubtRecord: doomed(one.ledger.doubtRecord),
        saveRecord: doomed(one.ledger.saveRecord),
        trustRecord: doomed(one.ledger.trustRecord),
      },
    })),
  };
}

describe("the command [T1] [T4]", () => {
  const crmSync = (args: readonly string[], env = {}) => runCli(args, { ...world.system.environment, ...env });

  it("shows a plan without values and writes nothing before --apply, which the audit trail has", async () => {
    const { before, version } = await rightAndWrong("salesforce");
    const wrong = world.held("salesforce");
    const args = ["undo", "--crm", "salesforce", "--mapping-version", version];
    const shown = await crmSync(args);
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toMatch(/: 3 purchases, 6 records\.\nTo give back: 6 records, 9 fields\.\n {6}3 {2}/);
    expect(shown.out).toMatch(/Links between records are not undone\.\nNothing was written/);
    expect(shown.out).not.toMatch(/Wrong|5550199/);
    expect(world.held("salesforce")).toEqual(wrong);
    expect((await crmSync([...args, "--values"])).out).toMatch(/BB_Status__c "Wrong" -> "booked"/);

    const applied = await crmSync([...args, "--apply"]);
    expect(applied.out).toMatch(/Given back: 6 records, 9 fields\.\n$/);
    expect(world.held("salesforce")).toEqual(before);
    const trail = await world.system.redis.xrange(world.system.keys.audit("actions"), "-", "+");
    expect(trail.map(([, [, text = ""]]) => JSON.parse(text))).toMatchObject([
      { what: "show_payload", on: { crm: "salesforce", purchases: 3 } },
      {
        what: "undo",
        on: { crm: "salesforce", purchases: 3, found: 6, filter: `mapping version ${version}` },
        outcome: "done",
      },
    ]);
  });

  it("takes back what a file wrote that was in force for one company first, with that file", async () => {
    const crm = "salesforce";
    world.change(crm, RIGHT);
    for (const [index, id] of IDS.entries()) {
      const body = somebodys(id, person(id), (booking) => Object.assign(booking, { company_id: 50_000 + index }));
      await world.system.post("bookings", body);
    }
    await world.system.quiet();
    const before = world.held(crm);
    const version = world.changeFor(crm, 50_001, WRONG[crm]);
    await world.again(crm, ids);
    const changed = Object.entries(world.held(crm)).filter(([key, values]) => !isDeepStrictEqual(values, before[key]));
    expect(changed.map(([key, { BB_Purchase_Id__c: id }]) => [key.split(" ")[0], id])).toEqual([
      ["Contact", undefined],
      ["Event", "502"],
    ]);
    world.change(crm, RIGHT);
    const { out, code } = await crmSync(["undo", "--crm", crm, "--mapping-version", version, "--apply"]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/: 1 purchases, 2 records\.[\s\S]*Given back: 2 records, 3 fields\.\n$/),
    ]);
    expect(out).not.toContain("still in force");
    expect(world.held(crm)).toEqual(before);
    await world.again(crm, ids);
    expect(world.held(crm)).toEqual(before);
  });

  it("warns while the version is in force, and wants one thing named", async () => {
    await world.system.deliver("bookings", somebodys(501, person(501)));
    const folder = await mappingFolder(
      Object.fromEntries(
        world.tools.mappings.current().texts.map(({ file, text }) => [file.replace(/.*\/|\.yaml$/g, ""), text]),
      ),
    );
    const purchase = ["undo", "--crm", "salesforce", "--purchase", "501"];
    const { out } = await crmSync(purchase, { MAPPINGS_DIR: folder });
    expect(out).toMatch(
      /Made by these passes, kept; .*\n(?: {2}Contact .*\n)? {2}Event \w+ \(purchase 501, booking 5010\)/,
    );
    expect(out).toMatch(/is still in force\. Take the mapping back first/);
    expect(await crmSync([...purchase, "--job", "1"])).toMatchObject({ code: 1, err: expect.stringContaining("once") });
    const typed = await crmSync(["undo", "--crm", "salesforce", "--purchase", "ada@example.com"]);
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining("no id") });
  });
});
