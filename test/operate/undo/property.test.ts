/**
 * Whatever a wrong mapping wrote over whichever bookings, and whatever people and later notifications did meanwhile: after
 * the undo the CRM is as before, those edits and those notifications aside.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Json, movedTo } from "../../support/payloads.ts";
import { somebodys } from "../../support/scenes.ts";
import { type Changing, startChanging, undoAll } from "./changed.ts";

let world: Changing;
beforeAll(async () => {
  world = await startChanging();
});
afterAll(() => world.stop());

const crm = "salesforce";
/** Those that the right mapping has written: what else held something is not read before it is written. */
const EVENT = ["Subject", "Location", "BB_Status__c", "BB_Service__c", "BB_Staff__c", "BB_Price__c"];
const CONTACT = ["FirstName", "MobilePhone"];
const FIELDS = [...EVENT, ...CONTACT];

const place = fc.record({
  booking: fc.nat(3),
  field: fc.constantFrom(...FIELDS),
  text: fc.integer({ min: 1, max: 999 }),
});
const world$ = fc.record({
  /** Each booking's person: two may be one. */
  people: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  wrong: fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 5 }),
  isAdopted: fc.boolean(),
  edits: fc.array(place, { maxLength: 4 }),
  later: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
  isEditedFirst: fc.boolean(),
});

let next = 1_000;

it("the CRM is as before, edits and later notifications aside [T1] [T2] [T3]", async () => {
  await fc.assert(
    fc.asyncProperty(world$, async ({ people, wrong, isAdopted, edits, later, isEditedFirst }) => {
      await world.system.reset();
      const first = next;
      next += 100;
      const { salesforce } = world.system.sandbox;
      const mail = (who: number): string => `who${who}@example.com`;
      if (isAdopted)
        salesforce.seed("Contact", { LastName: "Own", Email: mail(0), MobilePhone: "+44 1", FirstName: "Own" });
      const bodies = people.map((who, index): Json => {
        const body = somebodys(first + index, { first: "Ada", last: `No ${who}`, email: mail(who) });
        for (const one of [body._embedded.client, body._embedded.member]) one.id = first * 10 + who;
        return body;
      });
      const ids = bodies.map(({ id }) => String(id));
      world.change(crm, new Map());
      for (const body of bodies) await world.system.deliver("bookings", body);
      const before = world.held(crm);

      const constant = (field: string): string => (field === "BB_Price__c" ? "77" : `"+44770090${first}"`);
      const version = world.change(
        crm,
        new Map(wrong.map((field) => [field, `      ${field}: { constant: ${constant(field)} }`])),
      );
      await world.again(crm, ids);

      const recordOf = (index: number, object: string) => {
        const event = salesforce.records("Event").find(({ values }) => values.BB_Purchase_Id__c === ids[index]);
        return object === "Event" ? event : salesforce.records("Contact").find(({ id }) => id === event?.values.WhoId);
      };
      const edit = (): string[] =>
        edits.flatMap(({ booking, field, text }) => {
          const object = EVENT.includes(field) ? "Event" : "Contact";
          const record = recordOf(booking % people.length, object);
          if (record === undefined) throw new Error("no record");
          salesforce.edit(object, record.id, { [field]: field === "BB_Price__c" ? text : `by hand ${text}` });
          return [`${object} ${record.id} ${field}`];
        });
      const edited = isEditedFirst ? edit() : [];
      world.change(crm, new Map());
      const told = later.filter((index) => index < people.length);
      for (const index of told) {
        await world.system.deliver(
          "updates",
          movedTo(bodies[index], "2036-05-01T09:00:00+00:00", "2036-05-01T09:30:00+00:00"),
        );
      }
      if (!isEditedFirst) edited.push(...edit());

      const now = world.held(crm);
      const written = new Set(
        told.flatMap((index) => ["Event", "Contact"].map((object) => `${object} ${recordOf(index, object)?.id}`)),
      );
      const expected = Object.fromEntries(
        Object.entries(now).map(([record, values]) => {
          if (written.has(record)) return [record, values];
          const names = new Set([...Object.keys(values), ...Object.keys(before[record] ?? {})]);
          const kept = [...names].map((field) => {
            const isOurs = wrong.includes(field) && !edited.includes(`${record} ${field}`);
            return [field, (isOurs ? before[record] : values)?.[field]];
          });
          return [record, Object.fromEntries(kept.filter(([, value]) => value !== undefined))];
        }),
      );
      const { done } = await undoAll(world.tools, crm, { kind: "version", version });
      expect(done.filter(({ failed }) => failed !== undefined)).toEqual([]);
      expect(world.held(crm)).toEqual(expected);
      // What was given back is what the mapping in force wants; over an edit it writes what it says, as ever.
      if (edited.length > 0) return;
      await world.again(crm, ids);
      expect(world.held(crm)).toEqual(expected);
    }),
    { numRuns: Number(process.env.UNDO_CASES ?? 50) },
  );
}, 300_000);
