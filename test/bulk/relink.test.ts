/** A link of ours that somebody took away is written back where the mapping says so [W21], through real passes in both CRMs. */
import { describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import type { Drifted } from "../../src/drift/drifted.ts";
import { planned, repairsIn } from "../../src/drift/repair.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { linkedMappings } from "../support/linked-mappings.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { somebodys } from "../support/scenes.ts";
import { useDrift } from "../support/use-drift.ts";

const world = useDrift(async () => {
  const folder = await mappingFolder(linkedMappings("default", "owned"));
  return { env: { MAPPINGS_DIR: folder }, log: pino({ level: "silent" }) };
});

const CRMS = [
  ["salesforce", { person: "Contact", company: "Account", event: "Event", via: "WhoId", of: "AccountId" }],
  ["hubspot", { person: "contacts", company: "companies", event: "meetings", via: "200", of: "default" }],
] as const;

describe.each(CRMS)("%s: a lost link that is BookingBug's [W21]", (crm, { person, company, event, via, of }) => {
  const sandbox = () => world.system.sandbox[crm];
  const idOf = (object: string, at = 0): string => sandbox().records(object)[at]?.id ?? "";
  const deps = (): DriftOfCrm => world.driftOf(crm);
  const round = async () => await sweep(deps(), new AbortController().signal);
  const isLinked = (object: string, other: string): boolean => {
    const [record] = sandbox().records(object);
    return crm === "salesforce"
      ? Object.values(record?.values ?? {}).includes(other)
      : (record?.links ?? []).includes(other);
  };

  async function kept(): Promise<Drifted[]> {
    const all: Drifted[] = [];
    for await (const one of deps().store.all()) all.push(one);
    return all;
  }

  async function book(id: number, whose = id, at = "2036-03-11T09:00:00+00:00"): Promise<void> {
    const ada = { first: "Ada", last: "Lee", email: `ada${whose}@example.com` };
    const body = somebodys(id, ada, (booking) =>
      Object.assign(booking, { datetime: at, end_datetime: at.replace(":00:00+", ":30:00+") }),
    );
    for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { id: whose * 7 });
    await world.system.deliver("bookings", body);
  }

  async function repaired(): Promise<string> {
    const plan = planned(await repairsIn(deps().store));
    const id = await world.tools.bulks.startRepair({ action: "repair_drift", crm }, "ops", plan);
    await eventually(async () => expect((await world.tools.bulks.read(id))?.end?.how).toBe("done"));
    await world.system.quiet();
    return id;
  }

  it("is planned, written back and told, and a second round finds nothing", async () => {
    await book(1);
    const who = idOf(person);
    sandbox().unlink(event, idOf(event), who);
    await round();
    const { out } = await runCli(["drift", "--crm", crm, "--plan"], world.system.environment);
    expect(out).toContain(`${via}`);
    expect(isLinked(event, who)).toBe(false);
    const id = await repaired();
    expect((await world.tools.bulks.read(id))?.progress).toMatchObject({ done: 1, failed: 0 });
    expect(isLinked(event, who)).toBe(true);
    const told = (await world.tools.syncLog.timeline("1")).filter(({ kind }) => kind === "action");
    expect(told).toMatchObject([
      { job: id, detail: `repair of ${event} ${idOf(event)}, linked again by ${via}, which no undo takes away` },
    ]);
    expect(await kept()).toEqual([]);
    await round();
    expect(await kept()).toEqual([]);
  });

  it("that leads to somebody else is written back, and who people added stays", async () => {
    await book(1);
    await book(2, 2, "2036-03-12T09:00:00+00:00");
    const [who, other] = [idOf(person), idOf(person, 1)];
    if (crm === "salesforce") sandbox().edit(event, idOf(event), { WhoId: other });
    else {
      sandbox().unlink(event, idOf(event), who);
      sandbox().link(event, idOf(event), other);
    }
    await round();
    await repaired();
    expect(isLinked(event, who)).toBe(true);
    if (crm === "hubspot") expect(isLinked(event, other)).toBe(true);
    await round();
    expect(await kept()).toEqual([]);
  });

  it("of a record that several purchases share is written back by whichever is queued", async () => {
    // The one that is met first has the older statement.
    await book(1, 7);
    await book(2, 7, "2036-03-12T09:00:00+00:00");
    sandbox().unlink(person, idOf(person), idOf(company));
    await round();
    expect(await kept()).toMatchObject([
      { object: person, purchaseId: "1", fields: [{ field: of, asks: "write_back" }] },
    ]);
    await repaired();
    expect(isLinked(person, idOf(company))).toBe(true);
    await round();
    expect(await kept()).toEqual([]);
  });

  it("to who was made anew is told where no pass has put it back, and written back but for what somebody linked", async () => {
    for (const [at, id] of [1, 2, 3].entries()) await book(id, 7, `2036-03-1${at + 1}T09:00:00+00:00`);
    const before = idOf(person);
    for (const { id } of sandbox().records(event)) sandbox().unlink(event, id, before);
    sandbox().remove(person, before);
    // As an earlier version left it, which did not note which purchases share a record.
    const { redis, keys } = world.system;
    await redis.del(keys.recordOf(crm, person, before), keys.sharersOf(crm, person, before));
    await book(4, 7, "2036-03-14T09:00:00+00:00");
    const [now, second] = [idOf(person), idOf(event, 1)];
    if (crm === "salesforce") sandbox().edit(event, second, { WhoId: now });
    else sandbox().link(event, second, now);
    await round();
    const lost = { field: via, isLink: true, base: before, theirs: null, asks: "write_back" };
    expect((await kept()).toSorted((a, b) => Number(a.purchaseId) - Number(b.purchaseId))).toMatchObject([
      { id: idOf(event), fields: [lost] },
      { id: idOf(event, 2), fields: [lost] },
    ]);
    const id = await repaired();
    expect((await world.tools.bulks.read(id))?.progress).toMatchObject({ done: 2, failed: 0 });
    for (const { links, values } of sandbox().records(event)) {
      expect(crm === "salesforce" ? values.WhoId : links.filter((one) => one === now)).toEqual(
        crm === "salesforce" ? now : [now],
      );
    }
    await round();
    expect(await kept()).toEqual([]);
  });

  it("is left where somebody put it back, or took away the record that it led to, since it was planned", async () => {
    await book(1);
    await book(2, 2, "2036-03-12T09:00:00+00:00");
    const [who, gone] = [idOf(person), idOf(person, 1)];
    for (const at of [0, 1]) sandbox().unlink(event, idOf(event, at), idOf(person, at));
    await round();
    if (crm === "salesforce") sandbox().edit(event, idOf(event), { WhoId: who });
    else {
      sandbox().link(event, idOf(event), who);
      sandbox().remove(person, gone);
    }
    const id = await repaired();
    const changed = crm === "salesforce" ? 1 : 2;
    expect((await world.tools.bulks.read(id))?.progress).toMatchObject({ leftOut: { changed } });
  });

  it("is not told where it is the CRM's", async () => {
    await book(1);
    sandbox().unlink(event, idOf(event), idOf(company));
    await round();
    expect(await kept()).toEqual([]);
  });
});
