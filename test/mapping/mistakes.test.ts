/** What an admin reads after a mistake: the exact message. */
import { describe, expect, it } from "@jest/globals";
import { parseMapping } from "../../src/mapping/parse.ts";
import { MappingFileError } from "../../src/mapping/problems.ts";

const GOOD = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields:
      Email: client.email
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId }
    fields:
      Subject: booking.full_describe
`;

function messages(from: string, to: string): string[] {
  const text = GOOD.replace(from, to);
  if (text === GOOD) throw new Error(`the mistake was not made: ${from}`);
  return messagesOf(text);
}

function messagesOf(text: string): string[] {
  try {
    parseMapping(text, "sf.yaml");
  } catch (error) {
    if (!(error instanceof MappingFileError)) throw error;
    return error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  }
  return [];
}

describe("a mistake in a mapping file", () => {
  it("is not found where there is none", () => {
    expect(() => parseMapping(GOOD, "sf.yaml")).not.toThrow();
  });

  it.each([
    [
      "a colon without quotes",
      "client.email",
      'client.email | default: "x"',
      "sf.yaml:9:14: an expression with a colon in it needs single quotes around it: '…'",
    ],
    [
      "an unknown key",
      "match: [Email]",
      "matches: [Email]",
      "sf.yaml:7:5: unknown key `matches`; did you mean `match`?",
    ],
    ["a missing key", "    object: Contact\n", "", "sf.yaml:4:5: `objects.contact.object` is missing"],
    [
      "an unknown filter",
      "booking.full_describe",
      "booking.full_describe | shout",
      "sf.yaml:16:16: no filter is named `shout`; did you mean `sort`?",
    ],
    [
      "an unknown name",
      "booking.full_describe",
      "bookings.full_describe",
      'sf.yaml:16:16: nothing is named `bookings`; expected purchase, client, member, company, booking, change, answers, or a fixed text as { constant: "…" }',
    ],
    [
      "a booking in a person's section",
      "Email: client.email",
      "Email: booking.email",
      "sf.yaml:9:14: `booking` can only be used in sections with `per: booking`",
    ],
    [
      "a link to nothing",
      "links: { contact: WhoId }",
      "links: { contacts: WhoId }",
      "sf.yaml:14:24: no section is named `contacts`; did you mean `contact`?",
    ],
    [
      "a match on an unmapped field",
      "match: [Email]",
      "match: [Phone]",
      "sf.yaml:7:13: `match` names Phone, which is not among the section's fields; map it, or take it out of `match`",
    ],
    [
      "a wrong choice",
      "per: person",
      "per: client",
      "sf.yaml:5:10: `objects.contact.per`: expected person, company, purchase or booking",
    ],
    [
      "a key twice",
      "      Email: client.email\n",
      "      Email: client.email\n      Email: client.mail\n",
      "sf.yaml:10:7: `Email` is given twice; keep one of them",
    ],
    [
      "an include",
      "booking.full_describe",
      "\"{% include 'x' %}\"",
      "sf.yaml:16:16: the tag `{% include %}` cannot be used in a mapping",
    ],
    [
      "an unfinished template",
      "booking.full_describe",
      '"{{ booking.id"',
      'sf.yaml:16:16: not a valid text template: output "{{ booking.id" not closed',
    ],
  ])("%s is said so", (_what, from, to, message) => {
    expect(messages(from, to)).toEqual([message]);
  });

  it("is reported together with all others of the file", () => {
    const text = GOOD.replace("client.email", "clint.email").replace("booking.full_describe", "booking.x | shout");
    expect(messagesOf(text)).toHaveLength(2);
  });

  it("cannot exhaust us: aliases that multiply, circles, endless loops", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n`;
    expect(messagesOf(bomb)).toHaveLength(1);
    const circle = GOOD.replace("match: [Email]", "match: [Email]\n    links: { company: AccountId }").replace(
      "  appointment:",
      "  company:\n    object: Account\n    per: company\n    external_id: { BB_Id__c: company.id }\n    links: { contact: X }\n    fields: { Name: company.name }\n  appointment:",
    );
    expect(messagesOf(circle).join()).toContain("links to itself in a circle");
    const endless = parseMapping(
      GOOD.replace("booking.full_describe", '"{% for i in (1..100000000) %}x{% endfor %}"'),
      "sf.yaml",
    );
    const subject = endless.sections.find((section) => section.name === "appointment")?.fields[0]?.value;
    if (subject === undefined || !("evaluate" in subject)) throw new Error("no expression");
    expect(() => subject.evaluate({})).toThrow(/limit exceeded/);
  });
});
