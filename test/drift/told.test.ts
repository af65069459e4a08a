/** What people do to a record in a CRM is in the timeline of its purchase, once [Q19]. */
import { describe, expect, it } from "@jest/globals";
import { veilFor } from "../../src/admin/veil.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { toldAsFound } from "../../src/drift/told.ts";
import type { DriftEntry } from "../../src/synclog/entries.ts";
import { createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { listing } from "../support/listing.ts";
import { useDrift } from "../support/use-drift.ts";
import { aDrifted } from "./drifted.ts";

const world = useDrift();

const ID = "11";
const book = () => world.system.deliver("bookings", listing(11, [11]));

async function round(): Promise<void> {
  await sweep(world.driftOf("salesforce"), new AbortController().signal);
}

async function told(): Promise<DriftEntry["what"][]> {
  const entries = await world.tools.syncLog.timeline(ID);
  return entries.flatMap((entry) => (entry.kind === "drift" ? [entry.what] : []));
}

const idOf = (object: string): string => world.system.sandbox.salesforce.records(object)[0]?.id ?? "";

function typeIn(values: Readonly<Record<string, string>>): void {
  world.system.sandbox.salesforce.edit("Contact", idOf("Contact"), values);
}

async function keep(...fields: { field: string; by?: string; theirs?: string }[]): Promise<void> {
  const found = toldAsFound(aDrifted({ purchaseId: ID, object: "Contact", fields }), undefined);
  await world.tools.syncLog.recordDrift("salesforce", found);
}

describe("a timeline [Q19]", () => {
  it("tells of an edit once, of another field of the record, and once that it is settled", async () => {
    await book();
    const [{ values: written = {} } = {}] = world.system.sandbox.salesforce.records("Contact");
    typeIn({ LastName: "Typed-by-hand" });
    await round();
    await round();
    const edited = { field: "LastName", from: written.LastName, to: "Typed-by-hand", by: expect.any(String) };
    expect(await told()).toEqual([{ kind: "edited", fields: [expect.objectContaining(edited)] }]);
    typeIn({ LastName: "Typed-again", FirstName: "Typed" });
    await round();
    expect((await told()).slice(1)).toEqual([
      { kind: "edited", fields: [expect.objectContaining({ field: "FirstName", to: "Typed" })] },
    ]);
    typeIn({ LastName: String(written.LastName), FirstName: String(written.FirstName) });
    await round();
    await round();
    expect((await told()).slice(2)).toEqual([{ kind: "settled" }]);
  });

  it("tells of what was deleted, once", async () => {
    await book();
    world.system.sandbox.salesforce.remove("Event", idOf("Event"));
    await round();
    await round();
    expect(await told()).toEqual([{ kind: "deleted" }]);
    const { text } = await createAdminClient(world.system).get(`/admin/bookings/${ID}`);
    expect(text).toMatch(/! Deleted there Salesforce .* appointment: Event \w+ is no longer there/);
  });

  it("is kept no longer for what people did", async () => {
    await book();
    const key = world.system.keys.timeline("salesforce", ID);
    await world.system.redis.expire(key, 1_000);
    typeIn({ LastName: "Typed-by-hand" });
    await round();
    expect(await told()).toHaveLength(1);
    expect(await world.system.redis.ttl(key)).toBeLessThanOrEqual(1_000);
  });

  it("begins no timeline where there is none any more, as of somebody who was forgotten", async () => {
    await keep({ field: "LastName" });
    expect(await world.system.redis.exists(world.system.keys.timeline("salesforce", ID))).toBe(0);
  });

  it("shows values and editors to operators alone", async () => {
    await book();
    await keep({ field: "LastName", by: "Rosa Rep", theirs: "Typed-by-hand" });
    const { text } = await createAdminClient(world.system).get(`/admin/bookings/${ID}`);
    expect(text).toMatch(/Edited there Salesforce .* LastName Written Typed-by-hand by Rosa Rep/);
    const veiled = JSON.stringify(veilFor("viewer").timeline(await world.tools.syncLog.timeline(ID)));
    expect(veiled).toContain('"kind":"drift"');
    expect(veiled).not.toMatch(/Typed-by-hand|Rosa/);
    const { out } = await runCli(["show", ID], world.system.environment);
    expect(out).toMatch(/Z salesforce: person: Contact 1 was edited in the CRM: LastName\n/);
  });

  it("is not about who edited: who is forgotten takes no purchase along that they edited", async () => {
    await book();
    await keep({ field: "LastName", by: "rosa@example.com" });
    await runCli(["forget", "--email", "rosa@example.com"], world.system.environment);
    expect(await told()).toHaveLength(1);
  });
});
