/** What a CRM quotes of a person is cut out of its words, and nothing else is. */
import { describe, expect, it } from "@jest/globals";
import { redactCrmWords } from "../../connectors/redact.ts";

describe("the words of a CRM", () => {
  it.each([
    ["two characters, in Chinese", "姓名王伟无效", { LastName: "王伟" }, "姓名‹LastName›无效"],
    ["two characters", "Xu is not valid", { LastName: "Xu" }, "‹LastName› is not valid"],
    ["one character", "bad value: 'O'", { LastName: "O" }, "bad value: '‹LastName›'"],
    ["accents put together, quoted taken apart", "bad: Zoë".normalize("NFD"), { FirstName: "Zoë" }, "bad: ‹FirstName›"],
    ["accents taken apart, quoted put together", "bad: Zoë", { FirstName: "Zoë".normalize("NFD") }, "bad: ‹FirstName›"],
    ["a number without a plus", "bad: 447946095800", { Phone: "+44 7946 095800" }, "bad: ‹Phone›"],
    ["a number in odd groups", "bad: 07.946/09-58 00", { Phone: "07946095800" }, "bad: ‹Phone›"],
  ])("lose %s", (_what, words, values, safe) => {
    expect(redactCrmWords(words, values)).toBe(safe);
  });

  it.each([
    ["a property that has a word of the domain", "example_field: bad", { company: "example", email: "a@example.com" }],
    ["a longer word that has a name in it", "Xubuntu is bad", { LastName: "Xu" }],
    ["a record's id", "record 25512345678 is gone", { Phone: "+44 7946 095800" }],
  ])("keep %s", (_what, words, values) => {
    expect(redactCrmWords(words, values)).toBe(words);
  });
});
