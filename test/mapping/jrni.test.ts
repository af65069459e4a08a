/**
 * The mapping of JRNI's own Salesforce connector as a file of ours: each JSON file of jrni/ is one that an admin could have
 * copied, and the YAML beside it what is made of it. Nobody documents such a file as a whole: the templates are JRNI's,
 * what stands around them is synthetic. [W8]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { importJrni } from "../../src/mapping/jrni/write.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { judgeMappings } from "../../src/mapping/parse-all.ts";
import { plansOf, stateOf } from "../../src/operate/preview.ts";
import { purchase } from "../support/payloads.ts";

const FOLDER = new URL("jrni/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

const writes = (name: string, body = purchase()): Record<string, Record<string, unknown>> => {
  const mapping = parseMapping(importJrni(read(`${name}.json`), "salesforce"), "jrni");
  const plans = plansOf(stateOf(body), () => mapping);
  return Object.fromEntries(
    plans.map(({ section, fields }) => [section, Object.fromEntries(fields.map(({ field, value }) => [field, value]))]),
  );
};

describe("a mapping of JRNI's", () => {
  it.each(names)("becomes a file that is in order: %s", (name) => {
    const text = importJrni(read(name), "salesforce");
    const expected = new URL(name.replace(".json", ".yaml"), FOLDER);
    if (process.env.UPDATE_FIXTURES === "1") writeFileSync(expected, text);
    expect(judgeMappings([{ file: "salesforce.yaml", text }]).problems).toEqual([]);
    expect(text).toBe(readFileSync(expected, "utf8"));
  });

  it.each(names)("loses no field on the way: %s", (name) => {
    const text = importJrni(read(name), "salesforce");
    const fields = [
      ...read(name).matchAll(/(?<![A-Za-z_])([A-Za-z_]+__c|[A-Z][A-Za-z]+)(?:\\?"|”): ?\\?["“[{\d]/g),
    ].map(([, field = ""]) => field);
    expect(fields.length).toBeGreaterThan(3);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(text))).toEqual([]);
  });

  it("writes what JRNI's standard templates write", () => {
    const body = purchase(({ _embedded: { client } }) => {
      Object.assign(client, { address1: "1 High Street", address2: "Soho", address3: "London", mobile: "7700900123" });
    });
    expect(writes("form", body)).toEqual({
      contact: {
        FirstName: "Test",
        LastName: "Gladden",
        Email: "test@bookingbug.com",
        MailingStreet: "1 High Street, Soho",
        MailingCity: "London",
        MobilePhone: "+447700900123",
      },
      appointment: {
        Subject: "Microchipping with Waqas",
        StartDateTime: "2017-03-10T11:30:00Z",
        EndDateTime: "2017-03-10T12:00:00Z",
      },
    });
    expect(writes("custom-contact").contact).toMatchObject({
      CompanyId__c: "50579",
      Name__c: "Test Gladden",
      Active__c: true,
    });
  });

  it("has a reason beside each line without an equal, and nothing that comments a line out by accident", () => {
    const text = importJrni(read("no-equals.json"), "salesforce");
    expect(text).toMatch(
      /# No equal: BookingBug is not known to send `client\.loyalty_points`.*\n +# Loyalty__c: "\{\{client/,
    );
    expect(text).toMatch(/# No equal: nothing is named `extras\.tier` here\n +# Tier__c/);
    expect(text).toMatch(/# No equal: no filter is named `obfuscate`.*\n +# Odd__c/);
    expect(writes("no-equals").contact).toEqual({
      LastName: "Gladden",
      Email: "test@bookingbug.com",
      Salutation: "Dear Test, welcome",
      "Text: with\nlines": "a # b: test@bookingbug.com\nand more",
    });
  });

  it("keeps a secret that was copied with it to itself", () => {
    expect(importJrni(read("nested.json"), "salesforce")).not.toContain("hush");
  });

  it.each([
    ["not JSON", "The file is not JSON. Copy the templates of JRNI's Salesforce integration into it"],
    ["[]", "The file is not JSON."],
    ['{ "name": "x" }', "Nothing in the file is a template of JRNI's"],
  ])("is asked for where there is none: %s", (text, message) => {
    expect(() => importJrni(text, "salesforce")).toThrow(message);
  });

  it("stays in order whatever its fields are called", () => {
    const odd = [
      "",
      "a: b",
      "- c",
      "# d",
      "__proto__",
      "null",
      "7",
      "x'y\"z",
      "tab\there",
      "é\u2028ü",
      "{",
      "[e]",
      "&f",
      "*g",
      "!h",
      "|",
      "%i",
      "@j",
      "`k",
    ];
    const template = Object.fromEntries([
      ...odd.map((name) => [name, "{{client.email}}"]),
      ["LastName", "{{client.last_name}}"],
    ]);
    for (const body of [
      { client: template },
      { client: { template, object: "a: #b", unique: "- c", relationship: "x: y" }, booking: { S: "{{booking.id}}" } },
    ]) {
      const text = importJrni(JSON.stringify(body), "salesforce");
      expect(judgeMappings([{ file: "salesforce.yaml", text }]).problems).toEqual([]);
    }
  });
});
