import { describe, expect, it } from "@jest/globals";
import type { MappingContext } from "../../src/mapping/context.ts";
import { planBooking, planShared } from "../../src/mapping/evaluate.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { MappingError } from "../../src/mapping/problems.ts";
import { NoMappingError, selectMapping } from "../../src/mapping/set.ts";

const context: MappingContext = {
  purchase: { id: 1 },
  client: { id: 7, first_name: "Ana", email: "ana@example.com" },
  member: {},
  company: { id: 37, name: "Norwich" },
  booking: { id: 9, full_describe: "Visit", status: "booked" },
  change: { kind: "created", at: "2026-11-24T10:00:00Z", cancelled: false, rescheduled: false, reschedule_count: 0 },
  answers: [],
  staff_answers: [],
  companyIds: ["37"],
  orders: { person: 1, company: 1, purchase: 1 },
};

const file = (contactFields: string, appointment = "") => `crm: x
objects:
  appointment:
    object: Event
    per: booking
    external_id: { Key: booking.id }
    links: { contact: WhoId, follow_up: WhatId }
    fields: { Subject: booking.full_describe }
${appointment}
  follow_up:
    object: Task
    per: booking
    external_id: { Key: booking.id }
    fields: { Subject: booking.full_describe }
  contact:
    object: Contact
    per: person
    external_id: { Key: client.id }
    match: [Email]
    fields:
      Email: client.email
${contactFields}
`;

const shared = (contactFields: string, change: Partial<MappingContext> = {}) => {
  const { plans } = planShared(parseMapping(file(contactFields), "x.yaml"), { ...context, ...change });
  const [plan] = plans;
  return plan?.fields.map(({ field, value, write }) => [field, value, write]);
};

describe("what a mapping makes of a booking", () => {
  it("leaves out what is blank, clears only where asked to, and falls back only at creation", () => {
    const fields = `      LastName: { value: client.last_name, otherwise: '"Unknown"' }
      Phone: client.phone
      Fax: "{{ client.fax }}"
      Title: { value: client.title, blank: clear }
      Source: { constant: Web, write: on_create }
      Age: 41`;
    expect(shared(fields)).toEqual([
      ["Email", "ana@example.com", "always"],
      ["LastName", "Unknown", "on_create"],
      ["Title", null, "always"],
      ["Source", "Web", "on_create"],
      ["Age", 41, "always"],
    ]);
  });

  it("puts what is linked to first, and names booking records by their booking", () => {
    const mapping = parseMapping(file(""), "x.yaml");
    expect(mapping.sections.map((section) => section.name).indexOf("appointment")).toBeGreaterThan(
      mapping.sections.map((section) => section.name).indexOf("follow_up"),
    );
    const plans = planBooking(mapping, context);
    expect(plans.map((plan) => plan.key)).toEqual(["follow_up:9", "appointment:9"]);
    expect(plans[1]?.links.map((link) => link.to)).toEqual(["contact", "follow_up:9"]);
    expect(planShared(mapping, context).plans[0]?.match).toEqual([{ field: "Email", value: "ana@example.com" }]);
  });

  it("changes with the booking's state, not with the last message [W8]", () => {
    const on = `    on:
      cancelled: { Subject: "Cancelled: {{ booking.full_describe }}" }
      rescheduled: { Subject: "Moved: {{ booking.full_describe }}" }`;
    const mapping = parseMapping(file("", on), "x.yaml");
    const subject = (change: object) =>
      planBooking(mapping, { ...context, change: { ...(context.change as never as object), ...change } as never })
        .find((plan) => plan.section === "appointment")
        ?.fields.find((field) => field.field === "Subject")?.value;
    expect(subject({})).toBe("Visit");
    expect(subject({ kind: "updated", rescheduled: true })).toBe("Moved: Visit");
    expect(subject({ cancelled: true, rescheduled: true })).toBe("Cancelled: Visit");
  });

  it("knows the waiting list and attendance as states too, the one that counts most first", () => {
    const on = `    on:
      created: { Subject: '"new"' }
      rescheduled: { Subject: '"moved"' }
      waitlisted: { Subject: '"waiting"' }
      attended: { Subject: '"there"' }
      cancelled: { Subject: '"gone"' }`;
    const mapping = parseMapping(file("", on), "x.yaml");
    const subject = (status: string, change: object) => {
      const given = { ...context, booking: { ...context.booking, status }, change: { ...context.change, ...change } };
      const plans = planBooking(mapping, given as MappingContext);
      return plans.find((plan) => plan.section === "appointment")?.fields.find((one) => one.field === "Subject")?.value;
    };
    expect(subject("booked", {})).toBe("new");
    expect(subject("booked", { kind: "updated" })).toBe("Visit");
    expect(subject("waitlisted", { rescheduled: true })).toBe("waiting");
    expect(subject("attended", { rescheduled: true, kind: "updated" })).toBe("there");
    expect(subject("no_show", { rescheduled: true, kind: "updated" })).toBe("moved");
    expect(subject("attended", { cancelled: true })).toBe("gone");
  });

  it("writes a record only while its condition holds, and none without an id [W8]", () => {
    const when = `    when: 'booking.status == "cancelled"'`;
    const mapping = parseMapping(file("", when), "x.yaml");
    expect(planBooking(mapping, context).map((plan) => plan.section)).toEqual(["follow_up"]);
    expect(planShared(mapping, { ...context, client: {} })).toEqual({
      plans: [],
      unidentified: [{ section: "contact", matchedBy: ["Email"] }],
    });
  });

  it.each(['"BB-{{ client.id }}"', '"{{ company.id }}-{{ client.id }}"', "'client.id | prepend: \"BB-\"'"])(
    "takes what stands around an id for no id, or all who come without one would be one record: %s [P3]",
    (id) => {
      const mapping = parseMapping(file("").replace("Key: client.id", `Key: ${id}`), "x.yaml");
      const idOf = (client: MappingContext["client"]) =>
        planShared(mapping, { ...context, client }).plans.map(({ identity }) => identity.value);
      expect(idOf({ email: "ana@example.com" })).toEqual([undefined]);
      expect(idOf({ id: 7 })).toEqual([expect.stringMatching(/^(BB|37)-7$/)]);
    },
  );

  it("recognises nobody by what stands in for a value that is blank [P3]", () => {
    const fields = file("").replace(
      "Email: client.email",
      `Email: { value: client.email, otherwise: '"none@example.com"' }`,
    );
    const mapping = parseMapping(fields, "x.yaml");
    const of = (client: MappingContext["client"]) => planShared(mapping, { ...context, client });
    expect(of({ id: 7 }).plans).toMatchObject([{ match: [], fields: [{ field: "Email", value: "none@example.com" }] }]);
    expect(of({ first_name: "Ana" })).toMatchObject({ plans: [], unidentified: [{ section: "contact" }] });
    expect(of({ email: "a@example.com" }).plans).toMatchObject([
      { match: [{ field: "Email", value: "a@example.com" }] },
    ]);
  });

  it("names file, line and expression when an expression fails, and no data", () => {
    const failing = () => shared(`      Age: 'client.email | truncate_to: client.email'`);
    expect(failing).toThrow(MappingError);
    expect(failing).toThrow(/^x\.yaml:\d+:12: the expression failed in `client\.email/);
    expect(failing).not.toThrow(/ana@example/);
  });
});

describe("which file is for a company", () => {
  const mapping = (companies: string, name: string) => parseMapping(`crm: x\n${companies}\nobjects: {}`, name);
  it("is the one that names it, most specific company first, else the one that names none", () => {
    const set = { mappings: [mapping("companies: [37]", "a"), mapping("companies: ['50']", "b"), mapping("", "rest")] };
    expect(selectMapping(set, "x", ["50", "37"]).file).toBe("b");
    expect(selectMapping(set, "x", ["1", "37"]).file).toBe("a");
    expect(selectMapping(set, "x", ["1"]).file).toBe("rest");
    expect(() => selectMapping({ mappings: set.mappings.slice(0, 2) }, "x", ["1"])).toThrow(NoMappingError);
  });
});
