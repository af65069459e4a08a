/** Who owns a field, the CRM's people or BookingBug: what the write rules of a mapping do in both CRMs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { firstBooking, type Json, movedTo, purchase } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
defaults: { write: when_empty }
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields:
      LastName: { value: client.last_name, write: always }
      Email: client.email
      Phone: client.phone
      Title: { value: client.title, write: unless_edited }
      LeadSource: { value: client.comp_ref, write: forward, order: [Web, Phone, Other] }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId }
    write: unless_edited
    fields:
      Subject: booking.full_describe
      StartDateTime: booking.start_at
      EndDateTime: booking.end_at
`;

const HUBSPOT = `crm: hubspot
defaults: { write: when_empty }
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields:
      lastname: { value: client.last_name, write: always }
      email: client.email
      phone: client.phone
      jobtitle: { value: client.title, write: unless_edited }
      lifecyclestage:
        value: client.comp_ref
        write: forward
        order: [subscriber, lead, opportunity, customer]
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 200 }
    write: unless_edited
    fields:
      hs_meeting_title: booking.full_describe
      hs_timestamp: booking.start_at
      hs_meeting_start_time: booking.start_at
      hs_meeting_end_time: booking.end_at
`;

const FIELDS = {
  salesforce: {
    contact: "Contact",
    appointment: "Event",
    ...{ title: "Title", stage: "LeadSource", phone: "Phone", subject: "Subject", start: "StartDateTime" },
    stages: { Web: "Web", Phone: "Phone", Other: "Other", foreign: "Trade show" },
  },
  hubspot: {
    contact: "contacts",
    appointment: "meetings",
    ...{
      title: "jobtitle",
      stage: "lifecyclestage",
      phone: "phone",
      subject: "hs_meeting_title",
      start: "hs_timestamp",
    },
    stages: { Web: "lead", Phone: "opportunity", Other: "customer", foreign: "marketingqualifiedlead" },
  },
} as const;

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** A purchase of Ana's. */
function anas(
  id: number,
  says: Readonly<Record<string, unknown>>,
  booking: Readonly<Record<string, unknown>> = {},
): Json {
  const body = somebodys(id, { first: "Ana", last: "Silva", email: "ana@example.com" }, (one) =>
    Object.assign(one, booking),
  );
  for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { id: 7, ...says });
  return body;
}

describe.each(["salesforce", "hubspot"] as const)("in %s", (crm) => {
  const names = FIELDS[crm];
  const contact = () => system.sandbox[crm].records(names.contact)[0]?.values ?? {};
  const appointment = () => system.sandbox[crm].records(names.appointment)[0]?.values ?? {};
  /** A person edits the record in the CRM. */
  const edit = (values: object, one: Readonly<Record<string, unknown>> = contact()) => Object.assign(one, values);
  const calls = () => Object.values(system.sandbox[crm].stats.calls).reduce((sum, count) => sum + count, 0);
  const shown = async (id: number) => (await runCli(["show", String(id)], system.environment)).out;

  describe("a field that goes forward only [W11]", () => {
    const stage = () => contact()[names.stage];

    it("is set with the record, goes on, and is not set back by another purchase", async () => {
      await system.deliver("bookings", anas(1_000, { comp_ref: names.stages.Web }));
      expect(stage()).toBe(names.stages.Web);
      await system.deliver("bookings", anas(1_001, { comp_ref: names.stages.Other }));
      expect(stage()).toBe(names.stages.Other);
      await system.deliver("bookings", anas(1_002, { comp_ref: names.stages.Phone }));
      expect(stage()).toBe(names.stages.Other);
      expect(await shown(1_002)).toContain(`${names.stage} left alone (not_forward)`);
    });

    it("is not set back where somebody in the CRM, or an older notification, was further on", async () => {
      await system.deliver("bookings", anas(1_000, { comp_ref: names.stages.Web }));
      edit({ [names.stage]: names.stages.Other });
      await system.deliver("updates", anas(1_000, { comp_ref: names.stages.Phone }));
      expect(stage()).toBe(names.stages.Other);
      expect((await runCli(["replay", "--purchase", "1000"], system.environment)).code).toBe(0);
      await system.quiet();
      expect(stage()).toBe(names.stages.Other);
    });

    it("leaves alone what the order does not know, and writes no value of ours that it does not know", async () => {
      await system.deliver("bookings", anas(1_000, { comp_ref: "evangelist" }));
      expect(stage() ?? null).toBeNull();
      expect(await shown(1_000)).toContain(`${names.stage} left alone (not_in_order)`);
      await system.deliver("updates", anas(1_000, { comp_ref: names.stages.Web }));
      expect(stage()).toBe(names.stages.Web);
      edit({ [names.stage]: names.stages.foreign });
      await system.deliver("updates", anas(1_000, { comp_ref: names.stages.Other }));
      expect(stage()).toBe(names.stages.foreign);
      expect(await shown(1_000)).toContain(`${names.stage} left alone (crm_not_in_order)`);
    });

    it("is set in a record that is adopted while that has none, or an earlier one, and costs nothing when repeated", async () => {
      const email = crm === "salesforce" ? "Email" : "email";
      const last = crm === "salesforce" ? "LastName" : "lastname";
      system.sandbox[crm].seed(names.contact, {
        [email]: "ana@example.com",
        [last]: "S",
        [names.stage]: names.stages.Web,
      });
      await system.deliver("bookings", anas(1_000, { comp_ref: names.stages.Phone }));
      expect(stage()).toBe(names.stages.Phone);
      await system.deliver("updates", anas(1_000, { comp_ref: names.stages.Web }));
      const before = calls();
      await system.deliver("updates", anas(1_000, { comp_ref: names.stages.Web }));
      expect([stage(), calls()]).toEqual([names.stages.Phone, before]);
    });
  });

  describe("a field that is ours until a person changed it [W12]", () => {
    const titled = (title: string, id = 1_000) => anas(id, { title, comp_ref: names.stages.Web });

    it("follows BookingBug, is theirs once edited, and says so", async () => {
      await system.deliver("bookings", titled("Ms"));
      await system.deliver("updates", titled("Dr"));
      expect(contact()).toMatchObject({ [names.title]: "Dr" });
      edit({ [names.title]: "Head of surgery" });
      await system.deliver("updates", titled("Prof"));
      await system.deliver("updates", titled("Sir"));
      expect(contact()).toMatchObject({ [names.title]: "Head of surgery" });
      expect(await shown(1_000)).toContain(`${names.title} left alone (edited)`);
      const diff = await runCli(
        ["mapping", "preview", "--purchase", "1000", "--crm", crm, "--diff"],
        system.environment,
      );
      expect(diff.out).toContain(`${names.title} stays "Head of surgery", not "Sir": a person changed it in the CRM`);
    });

    it("is ours again once the CRM holds what we last wrote, or nothing, and not what we wrote before", async () => {
      await system.deliver("bookings", titled("Ms"));
      await system.deliver("updates", titled("Dr"));
      edit({ [names.title]: "Ms" });
      await system.deliver("updates", titled("Prof"));
      expect(contact()).toMatchObject({ [names.title]: "Ms" });
      edit({ [names.title]: "Dr" });
      await system.deliver("updates", titled("Sir"));
      expect(contact()).toMatchObject({ [names.title]: "Sir" });
      edit({ [names.title]: null });
      await system.deliver("updates", titled("Dame"));
      expect(contact()).toMatchObject({ [names.title]: "Dame" });
    });

    it("of a record that we never wrote is written only where it is blank", async () => {
      const [email, last] = crm === "salesforce" ? ["Email", "LastName"] : ["email", "lastname"];
      system.sandbox[crm].seed(names.contact, { [email]: "ana@example.com", [last]: "S", [names.title]: "Boss" });
      await system.deliver("bookings", titled("Ms"));
      await system.deliver("updates", titled("Dr"));
      expect(contact()).toMatchObject({ [names.title]: "Boss" });
    });

    it("is the booking's too: its times follow a move although the CRM writes them otherwise", async () => {
      await system.deliver("bookings", purchase());
      const first = appointment()[names.start];
      edit({ [names.subject]: "Bring the X-rays" }, appointment());
      const moved = movedTo(purchase(), "2036-03-11T11:30:00+00:00", "2036-03-11T12:00:00+00:00");
      firstBooking(moved).full_describe = "Another";
      await system.deliver("updates", moved);
      expect(appointment()[names.start]).not.toEqual(first);
      expect(appointment()).toMatchObject({ [names.subject]: "Bring the X-rays" });
      const before = calls();
      await system.deliver("updates", moved);
      expect(calls()).toBe(before);
    });

    it.each(["contact", "appointment"] as const)(
      "is still ours where the answer to our write of a %s was lost, and BookingBug has said more since",
      async (which) => {
        const says = (text: string) =>
          which === "contact"
            ? anas(1_000, { title: text, comp_ref: names.stages.Web })
            : anas(1_000, { comp_ref: names.stages.Web }, { full_describe: text });
        await system.deliver("bookings", says("One"));
        system.sandbox.faults.set([
          { crm, match: crm === "salesforce" ? "PATCH" : "/batch/update", action: { type: "reset", after: true } },
        ]);
        await system.post("updates", says("Two"));
        const of = { contact: () => contact()[names.title], appointment: () => appointment()[names.subject] }[which];
        await until(() => of() === "Two");
        await system.post("updates", says("Three"));
        system.sandbox.faults.set([]);
        await system.quiet();
        expect(of()).toBe("Three");
      },
    );
  });

  describe("a default of the file or of a section", () => {
    it("counts for the fields that do not say it themselves", async () => {
      await system.deliver("bookings", anas(1_000, { phone: "1" }));
      await system.deliver("updates", anas(1_000, { phone: "2", last_name: "Souza" }));
      expect(contact()).toMatchObject({ [names.phone]: "1" });
      expect(Object.values(contact())).toContain("Souza");
    });
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(holds()).toBe(true);
}
