/** Nothing that a sender, a CRM or an admin writes keeps a process from its other work: a long text is refused, not searched. */
import { describe, expect, it } from "@jest/globals";
import { redactCrmWords } from "../../connectors/redact.ts";
import { idFromHref } from "../../src/booking/ids.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { bookingSchema } from "../../src/booking/schema.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import type { MappingFileError } from "../../src/mapping/problems.ts";
import { nameTraits } from "../../src/synclog/traits.ts";
import { purchase } from "../support/payloads.ts";

/** Of the processor's time, which a busy machine has no part in; the cases below stood for seconds to minutes. */
const MOST_MS = 1_000;
const LONG = 140_000;

function soon<T>(work: () => T): T {
  const { result, ms } = timed(work);
  expect(ms).toBeLessThan(MOST_MS);
  return result;
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const before = process.threadCpuUsage();
  const result = work();
  const { user, system } = process.threadCpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}

const booking = (more: object): object => ({ id: 1, datetime: "2036-01-05T10:00:00Z", ...more });

describe("a text of 140,000 characters in a notification is a problem with a place [S1]", () => {
  it.each([
    ["datetime", booking({ datetime: "T".repeat(LONG) }), 64],
    ["end_datetime", booking({ end_datetime: "T".repeat(LONG) }), 64],
    ["id", booking({ id: "1".repeat(LONG) }), 200],
    ["purchase_ref", booking({ purchase_ref: "%".repeat(LONG) }), 200],
    ["updated_at", booking({ updated_at: "(".repeat(LONG) }), 64],
    ["_links.person.href", booking({ _links: { person: { href: "{?".repeat(LONG / 2) } } }), 1_000],
    ["_embedded.client.email", booking({ _embedded: { client: { email: "a".repeat(LONG) } } }), 320],
    ["_embedded.client.first_name", booking({ _embedded: { client: { first_name: "a ".repeat(LONG) } } }), 500],
    ["_embedded.client.phone", booking({ _embedded: { client: { phone: "1-".repeat(LONG) } } }), 200],
    ["appointment.companyStartTime", { appointment: { companyStartTime: "T".repeat(LONG) } }, 64],
    ["customer.firstName", { appointment: {}, customer: { firstName: "a".repeat(LONG) } }, 500],
    ["describe", booking({ describe: "<".repeat(LONG) }), 131_072],
  ])("%s", (path, body, limit) => {
    const parsed = soon(() => parseNotification(body));
    expect(parsed).toMatchObject({
      kind: "unreadable",
      problems: [{ path, message: `longer than ${limit} characters` }],
    });
  });

  it("its name too, which is not repeated", () => {
    const parsed = soon(() => parseNotification(booking({ ["k".repeat(LONG)]: 1 })));
    expect(parsed).toMatchObject({
      kind: "unreadable",
      problems: [{ path: "…", message: "a name longer than 200 characters" }],
    });
    expect(parseNotification({ "ann@example.com": { note: "x".repeat(LONG) } })).toMatchObject({
      problems: [{ path: "….note" }],
    });
  });

  it("and a body that is deeper than anything BookingBug sends, or of more values", () => {
    let deep: object = {};
    for (let level = 0; level < 50_000; level += 1) deep = { a: deep };
    expect(soon(() => parseNotification(deep))).toMatchObject({
      problems: [{ message: "nested deeper than 100 levels" }],
    });
    const wide = { id: 1, _embedded: { bookings: Array.from({ length: 60_000 }, () => 0) } };
    expect(soon(() => parseNotification(wide))).toMatchObject({ problems: [{ message: "more than 50000 values" }] });
  });

  it("while what BookingBug sends is taken as it is", () => {
    const own = { preferred_time: "whenever ".repeat(100), ref: "a question ".repeat(50) };
    const body = purchase((one) => Object.assign(one, { notes: "x".repeat(131_072), ...own }));
    expect(parseNotification(body).kind).toBe("purchase");
  });
});

describe("no text is dear to look through, however it repeats itself [S1]", () => {
  it.each([
    ["an instant", () => bookingSchema.safeParse(booking({ datetime: "T".repeat(LONG) })).success, false],
    ["a link", () => idFromHref(`https://x/${"{?".repeat(LONG / 2)}`), "{"],
    ["a CRM's refusal", () => redactCrmWords("a".repeat(LONG)).length, 500],
    ["a CRM's refusal with a dot", () => redactCrmWords(".".repeat(LONG)).length, 500],
    ["a CRM's refusal with an e-mail that never ends", () => redactCrmWords(`a@${"a.".repeat(LONG)}`).length, 500],
    ["a name of one word again and again", () => nameTraits("a b ".repeat(LONG)).length, 2],
    [
      "a name of ever new words",
      () =>
        nameTraits([..."abcdefghijklmnopqrstuvwxyz0123456789".repeat(2)].map((c, i) => `${c}${i}`).join(" ")).length,
      50,
    ],
  ])("%s", (_what, work, result) => {
    expect(soon<unknown>(work)).toBe(result);
  });

  it("an e-mail is found in a CRM's words all the same", () => {
    const words = `Duplicate: ann.o'neil+x@mail.example.co.uk, @, a@b, ${"x".repeat(100)}@example.com.`;
    expect(redactCrmWords(words)).toBe("Duplicate: ‹e-mail›, @, a@b, ‹e-mail›.");
  });
});

describe("a mapping that is tried in the playground [S1]", () => {
  it.each([
    ["brackets", "["],
    ["brackets, a few a line", "[[[[[[[[[[[[[[[[[[[\n"],
    ["braces", "{"],
    ["closing brackets", "]"],
    ["anchors", "&a "],
    ["anchors, a few a line", "&a &a &a &a &a &a &a\n"],
    ["aliases, a few a line", "*a *a *a *a *a *a *a\n"],
    ["tags", "!x "],
    ["quotes", '"'],
    ["one key again and again", "a: b\n"],
    ["one key again and again in a line", "a: b, "],
    ["tabs", "\t"],
    ["bars", "|"],
  ])("of 100,000 characters of %s is refused", (_what, unit) => {
    const text = unit.repeat(99_000 / unit.length);
    const { ms } = timed(() => expect(() => parseMapping(text, "x.yaml")).toThrow());
    // YAML's own reader takes up to a second for the worst of them.
    expect(ms).toBeLessThan(3 * MOST_MS);
  });

  it("of more open brackets than any mapping has is not read at all", () => {
    const problemsOf = (text: string): string => {
      try {
        parseMapping(text, "x.yaml");
        return "none";
      } catch (error) {
        return (error as MappingFileError).problems.map(({ message }) => message).join();
      }
    };
    expect(problemsOf("[".repeat(51))).toMatch(/brackets/);
    expect(problemsOf("x: 1\n".repeat(5_001))).toMatch(/lines/);
  });
});
