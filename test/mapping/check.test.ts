/** What a mapping check finds in metadata that neither default org nor account has; the common cases are fixtures. */
import { describe, expect, it } from "@jest/globals";
import type { FieldDescription, ObjectDescription } from "../../connectors/connector.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { withConnectors } from "../../src/app/with-connectors.ts";
import { checkMapping } from "../../src/mapping/check.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { checkMappings } from "../../src/operate/mapping-check.ts";

const field = (name: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  label: name,
  kind: "string",
  createable: true,
  updateable: true,
  required: false,
  unique: false,
  ...more,
});

function messages(
  fields: string,
  described: readonly FieldDescription[],
  more: Partial<ObjectDescription> = {},
): string[] {
  const all = [field("Key", { unique: true, createable: more.name !== "ReadOnly" }), ...described];
  const description = { name: "Thing", fields: new Map(all.map((one) => [one.name, one])), ...more };
  const text = `crm: x
tables:
  points: { booked: 1, cancelled: none }
  either: { true: 1 }
  closing: { true: "2026-11-24", false: "" }
  days: { booked: "2026-11-24", cancelled: 24.11.2026 }
objects:
  thing:
    object: Thing
    per: booking
    external_id: { Key: booking.id }
    fields: ${fields}
`;
  const metadata = { objects: new Map([["Thing", description]]), names: [] };
  return checkMapping(parseMapping(text, "x.yaml"), metadata).map(({ message }) => message);
}

describe("a mapping check", () => {
  it("says what our user may not do with an object", () => {
    expect(messages("{}", [], { createable: false, updateable: true })).toEqual([
      "our user may not create `Thing`; give the integration user that permission",
    ]);
    expect(messages("{}", [], { createable: false, updateable: false })[0]).toMatch(/may not create or edit `Thing`/);
    expect(messages("{}", [], { createable: true })).toEqual([]);
  });

  it("says when our id cannot be written", () => {
    expect(messages("{}", [], { name: "ReadOnly" })).toEqual([
      "`Key` cannot be written; let our user edit it, it holds our id",
    ]);
  });

  it("tells fields that can only be set at first, or only later, from those that can be written", () => {
    const once = [field("Once", { updateable: false })];
    expect(messages("{ Once: booking.describe }", once)).toEqual([
      "`Once` can only be set when a record is created; add `write: on_create`",
    ]);
    expect(messages("{ Once: { value: booking.describe, write: on_create } }", once)).toEqual([]);
    const later = [field("Later", { createable: false })];
    expect(messages("{ Later: { constant: x, write: on_create } }", later)[0]).toMatch(
      /cannot be set when a record is created/,
    );
  });

  it.each([
    [
      "a date from a time",
      "date",
      "booking.start_at",
      "`F` is a date without a time, but this gives a date with a time; add `| date_in: booking.time_zone`",
    ],
    ["a date from a date", "date", "'booking.start_at | date_in: booking.time_zone'", undefined],
    [
      "a time from a date",
      "datetime",
      "'booking.start_at | date_in: booking.time_zone'",
      "`F` is a date with a time, but this gives a date without a time",
    ],
    ["a checkbox from an amount", "boolean", "booking.price | money", "`F` is a checkbox, but this gives a number"],
    [
      "a number from a template with words",
      "number",
      '"about {{ booking.price }}"',
      "`F` is a number, but this gives a text for people to read",
    ],
    ["a number from a template without", "number", '"{{ booking.price }}"', undefined],
    ["a number from an answer, which may be one", "number", '"answers | answer: 7"', undefined],
    [
      "a date in another order",
      "date",
      '{ constant: "11/24/2026" }',
      '`F` is a date without a time; write it as "2026-11-24"',
    ],
    [
      "a day that there is not",
      "date",
      '{ constant: "2026-02-31" }',
      '`F` is a date without a time; write it as "2026-11-24"',
    ],
    [
      "a year alone",
      "datetime",
      '{ constant: "2026" }',
      '`F` is a date with a time; write it as "2026-11-24T09:30:00Z"',
    ],
    ["a date", "date", '{ constant: "2026-11-24" }', undefined],
    ["a time with its offset", "datetime", '{ constant: "2026-11-24T09:30:00+01:00" }', undefined],
    [
      "a table in which one is no number",
      "number",
      `'booking.status | lookup: "points"'`,
      '`F` is a number, but this can give "none"; write it as "15"',
    ],
    ["a table in which one is blank", "number", `'booking.is_event | lookup: "either", ""'`, undefined],
    ["a table of dates in which one is blank", "date", `'booking.is_event | lookup: "closing"'`, undefined],
    [
      "a table in which one is no date",
      "date",
      `'booking.status | lookup: "days"'`,
      '`F` is a date without a time, but this can give "24.11.2026"; write it as "2026-11-24"',
    ],
    ["a wrong date", "date", "{ constant: tomorrow }", '`F` is a date without a time; write it as "2026-11-24"'],
  ] as const)("compares kinds: %s", (_what, kind, value, message) => {
    expect(messages(`{ F: ${value} }`, [field("F", { kind })])).toEqual(message === undefined ? [] : [message]);
  });

  it("looks at what stands under `on` and at `otherwise` as well", () => {
    const fields = `{ F: { value: booking.describe, otherwise: '"too long"' } }
    on: { cancelled: { G: { constant: gone } } }`;
    expect(messages(fields, [field("F", { maxLength: 5 })])).toEqual([
      "`F` holds 5 characters; this text has 8",
      "`Thing` has no field `G`; create it (`crm-sync provision` does), or let our user see it",
    ]);
  });

  it("passes on why a CRM shows no object: a scope, a permission", async () => {
    const sandbox = await startSandbox({ hubspot: { withoutScopes: ["crm.schemas.contacts.read"] } });
    const text =
      "crm: hubspot\nobjects:\n  contact:\n    object: contacts\n    per: person\n    external_id: { bookingbug_id: client.id }\n    fields: {}\n";
    const environment = { CRM: "hubspot", HUBSPOT_ACCESS_TOKEN: "token", HUBSPOT_BASE_URL: sandbox.url };
    const problems = await withConnectors(environment, "hubspot", (connectors) =>
      checkMappings({ mappings: [parseMapping(text, "hubspot.yaml")] }, connectors),
    );
    await sandbox.close();
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/`contacts`.*required scopes/)]);
  });
});
