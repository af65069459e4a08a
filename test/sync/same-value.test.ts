/** What a CRM gives back of a value in words of its own is that value; what somebody typed is another. */
import { describe, expect, it } from "@jest/globals";
import type { FieldValue } from "../../connectors/connector.ts";
import { isSameValue } from "../../src/sync/same-value.ts";

const long = "A sentence of a customer, and another one. ".repeat(12);

describe("the same value", () => {
  it.each<[what: string, written: FieldValue, now: FieldValue]>([
    ["an e-mail in another case", "Ana.Silva@Example.com", "ana.silva@example.com"],
    ["an instant in another zone", "2036-03-10T11:30:00+01:00", "2036-03-10T10:30:00.000+0000"],
    ["an instant in milliseconds", "2036-03-10T10:30:00Z", String(Date.parse("2036-03-10T10:30:00Z"))],
    ["a number as text", 42.5, "42.50"],
    ["a text of a number as a number", "42.50", 42.5],
    ["a text of a number in fewer digits", "42.50", "42.5"],
    ["a yes as text", true, "true"],
    ["nothing and an empty text", null, ""],
    ["choices in another order", "B;A", "A;B"],
    ["a text that got its paragraphs and entities", "Tom & Ann\nat two", "<p>Tom &amp; Ann</p><p>at two</p>"],
    ["markup that was rewritten", "<b>Now</b><br>here", '<div><strong style="x">Now</strong><br/>here</div>'],
    ["a text cut off where the field ends", long, long.slice(0, 255)],
    ["line ends of another system, and space around", "one\r\ntwo ", "one\ntwo"],
  ])("%s", (_, written, now) => {
    expect(isSameValue(written, now)).toBe(true);
  });
});

describe("another value", () => {
  it.each<[what: string, written: FieldValue, now: FieldValue]>([
    ["a name in another case", "McKay", "Mckay"],
    ["an instant a minute later", "2036-03-10T11:30:00Z", "2036-03-10T11:31:00Z"],
    ["a telephone number without its nought", "0201", "201"],
    ["a longer number", "42.5", "42.51"],
    ["a text shortened by hand", long, long.slice(0, 201)],
    ["a text lengthened where the field ends", long.slice(0, 255), long],
    ["other words between the same tags", "<p>Tom</p>", "<p>Tim</p>"],
    ["what was taken out", "Tom", null],
    ["a comparison that looks like a tag", "a <b", "a"],
  ])("%s", (_, written, now) => {
    expect(isSameValue(written, now)).toBe(false);
  });
});
