/** What `when` means: as everybody reads it, and nothing that only looks like a yes [W8]. */
import { describe, expect, it } from "@jest/globals";
import type { MappingContext } from "../../src/mapping/context.ts";
import { planBooking, planShared } from "../../src/mapping/evaluate.ts";
import { parseMapping } from "../../src/mapping/parse.ts";

const context = {
  purchase: { id: 1 },
  client: { id: 7, email: "ana@example.com", name: "Ana (and Bo) or not" },
  member: {},
  company: { id: 37 },
  booking: { id: 9, full_describe: "Visit", status: "booked", price: 0, is_event: false },
  change: { kind: "created", at: "2026-11-24T10:00:00Z", cancelled: false, rescheduled: false, reschedule_count: 0 },
  answers: [],
  staff_answers: [],
  companyIds: ["37"],
  orders: { person: 1, company: 1, purchase: 1 },
} satisfies MappingContext;

/** Whether a booking is written of which the answer to a question is such. */
function isWritten(when: string, answer?: unknown): boolean {
  const text = `crm: x
objects:
  appointment:
    object: Event
    per: booking
    external_id: { Key: booking.id }
    when: ${JSON.stringify(when)}
    fields: { Subject: booking.full_describe }
`;
  const booking = { ...context.booking, reply: answer };
  return planBooking(parseMapping(text, "x.yaml"), { ...context, booking } as MappingContext).length === 1;
}

const [YES, NO] = ["purchase.id == 1", "purchase.id == 2"];

describe("`and` binds closer than `or`, and brackets closer than both", () => {
  const word = (value: boolean): string => (value ? YES : NO);
  const all = [true, false].flatMap((a) => [true, false].flatMap((b) => [true, false].map((c) => [a, b, c] as const)));

  it.each(all)("%s, %s, %s", (a, b, c) => {
    const [A, B, C] = [word(a), word(b), word(c)];
    const meant: readonly (readonly [string, boolean])[] = [
      [`${A} and ${B} or ${C}`, (a && b) || c],
      [`${A} or ${B} and ${C}`, a || (b && c)],
      [`${A} and (${B} or ${C})`, a && (b || c)],
      [`(${A} or ${B}) and ${C}`, (a || b) && c],
      [`not ${A} and ${B}`, !a && b],
      [`not (${A} or ${B}) or ${C}`, !(a || b) || c],
      [`not not ${A}`, a],
    ];
    expect(meant.map(([when]) => [when, isWritten(when)])).toEqual(meant);
  });

  it("and what stands in quotes is none of them", () => {
    expect(isWritten('client.name == "Ana (and Bo) or not" and purchase.id == 1')).toBe(true);
    expect(isWritten("client.name contains ') or yes'")).toBe(false);
    expect(isWritten("client.name contains ' or not'")).toBe(true);
  });
});

describe("not true is", () => {
  it.each([undefined, null, false, 0, "", "  ", "0", "no", "No", "FALSE", "off"])("%j", (answer) => {
    expect([isWritten("booking.reply", answer), isWritten("not booking.reply", answer)]).toEqual([false, true]);
  });
});

it.each([true, 1, -1, "yes", "1", "nobody", "Norwich"])("true is %j", (answer) => {
  expect(isWritten("booking.reply", answer)).toBe(true);
});

it("a list is true unless nothing is in it", () => {
  expect([isWritten("booking.reply", []), isWritten("booking.reply", [{ name: "Package" }])]).toEqual([false, true]);
});

describe("a blank is equal to", () => {
  it.each(['""', "empty", "blank", "nil"])("%s", (blank) => {
    const said = ["==", "!="].map((operator) => isWritten(`booking.reply ${operator} ${blank}`));
    expect(said).toEqual([true, false]);
    const other = ["==", "!="].map((operator) => isWritten(`${blank} ${operator} booking.reply`, "x"));
    expect(other).toEqual([false, true]);
  });

  it("no nought, and no `false`", () => {
    expect([isWritten("booking.reply == 0"), isWritten("booking.reply == false")]).toEqual([false, false]);
    expect([isWritten('booking.reply == ""', 0), isWritten('booking.reply != ""', false)]).toEqual([false, true]);
  });
});

describe("a number or a tick is equal to the word for it, whichever of the two BookingBug sends", () => {
  it.each([
    ["company.id == '37'", undefined],
    ["booking.reply == 37000", "37000"],
    ["booking.reply == '37000'", 37000],
    ["booking.reply == 'true'", true],
    ["booking.reply == false", "false"],
  ])("%s", (when, answer) => {
    expect([isWritten(when, answer), isWritten(when.replace("==", "!="), answer)]).toEqual([true, false]);
  });

  it("and to no other", () => {
    expect(isWritten("booking.reply == 37000", "037000")).toBe(false);
    expect(isWritten("booking.reply == 1", true)).toBe(false);
  });
});

it("brackets without end are a problem of the file and not of the process", () => {
  expect(() => isWritten(`${"(".repeat(9_000)}${YES}${")".repeat(9_000)}`)).toThrow("nested more than 20 deep");
  expect(() => isWritten(`${"not ".repeat(4_000)}${YES}`)).toThrow("nested more than 20 deep");
});

describe("a condition of the whole file", () => {
  const text = (when: string): string => `crm: x
when: ${JSON.stringify(when)}
objects:
  contact:
    object: Contact
    per: person
    external_id: { Key: client.id }
    fields: { Email: client.email }
  appointment:
    object: Event
    per: booking
    external_id: { Key: booking.id }
    when: booking.price == 0
    fields: { Subject: booking.full_describe }
`;
  const written = (when: string): string[] => {
    const mapping = parseMapping(text(when), "x.yaml");
    return [...planShared(mapping, context).plans, ...planBooking(mapping, context)].map(({ section }) => section);
  };

  it("keeps a booking out altogether, its person included, or leaves it to the sections' own", () => {
    expect(written('client.email contains "@example.com" and booking.status == "booked"')).toEqual([
      "contact",
      "appointment",
    ]);
    expect(written('not (client.email contains "@example.com")')).toEqual([]);
  });
});
