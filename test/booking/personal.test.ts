import { describe, expect, it } from "@jest/globals";
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { type PersonalText, personalTexts, withoutPersonal } from "../../src/booking/personal.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";

function textsOf(change: (body: Json) => void): PersonalText[] {
  const parsed = parseNotification(purchase(change));
  if (parsed.kind !== "purchase") throw new Error(parsed.kind);
  const arrival = {
    seq: 1,
    order: 1,
    receivedAt: "2026-01-01T00:00:00Z",
    route: "bookings",
    notification: parsed.notification,
  } as const;
  return personalTexts(foldNotification(undefined, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state);
}

const said = (text: string): PersonalText => ({ text, isName: false });

describe("personal texts", () => {
  it("are the person's fields, notes and answers, and not the service, staff or place", () => {
    const found = textsOf((body) => {
      Object.assign(body._embedded.client, { first_name: "Ada", last_name: "Lovelace", address1: "12 Row" });
      firstBooking(body)._embedded = { answers: [{ value: "Allergic to nuts", question_text: "Allergies?" }] };
      firstBooking(body).notes = { 1: "Prefers mornings" };
    });
    const texts = found.map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        "Ada",
        "Lovelace",
        "12 Row",
        "Allergic to nuts",
        "Prefers mornings",
        "test@bookingbug.com",
      ]),
    );
    for (const text of ["Waqas", "Europe/London", "Allergies?", "Member"]) expect(texts).not.toContain(text);
    const names = found.filter(({ isName }) => isName).map(({ text }) => text);
    expect(names).toEqual(expect.arrayContaining(["Ada", "Lovelace"]));
    for (const text of ["12 Row", "Allergic to nuts", "Prefers mornings"]) expect(names).not.toContain(text);
  });
});

describe("a sentence without them", () => {
  const texts = [
    "Ada Maria",
    "Lovelace",
    "ada@example.com",
    "I cannot walk far because of an old injury of the knee",
    "12 Row Lane",
    "44",
  ];

  it.each([
    ['Value "Ada" of LOVELACE is not valid', 'Value "‹personal›" of ‹personal› is not valid'],
    ["Ada Maria Lovelace exists", "‹personal› exists"],
    ["too long: I cannot walk far because of an o", "too long: ‹personal› o"],
    ["because the field is required", "because the field is required"],
    ["no such address: 12 Row Lane.", "no such address: ‹personal›."],
    ["Adam is not Ada-lise", "Adam is not ‹personal›-lise"],
    ["line 44 of the mapping", "line 44 of the mapping"],
    ["nothing of the kind", "nothing of the kind"],
    ["", ""],
  ])("%s", (sentence, safe) => {
    expect(withoutPersonal(sentence, texts.map(said))).toBe(safe);
  });

  it.each<[string, string, string, string]>([
    ["a name of two letters", "Xu", "Xu is not a Xubuntu", "‹personal› is not a Xubuntu"],
    ["a name of one letter", "O", "bad value: 'O'", "bad value: '‹personal›'"],
    ["a short part of a name", "Li Na", "no Na, Nancy", "no ‹personal›, Nancy"],
    ["a Chinese name", "王伟", "姓名王伟无效", "姓名‹personal›无效"],
    ["a name put together, quoted taken apart", "Zoë", "bad: Zoë!".normalize("NFD"), "bad: ‹personal›!"],
    ["a name taken apart, quoted put together", "Zoë".normalize("NFD"), "bad: Zoë!", "bad: ‹personal›!"],
    ["a name whose small letters are two", "İlhan", "bad: İLHAN!", "bad: ‹personal›!"],
  ])("has lost %s", (_what, text, sentence, safe) => {
    expect(withoutPersonal(sentence, [{ text, isName: true }])).toBe(safe);
  });

  it.each([
    ["a number without its plus", "+44 7946 095800", "bad: 447946095800.", "bad: ‹personal›."],
    ["a number in odd groups", "07946095800", "bad: 07.946/09-58 00", "bad: ‹personal›"],
    ["a number with a country's prefix", "07946095800", "bad: +44 7946 095800", "bad: ‹personal›"],
    ["a Chinese address in part", "北京市朝阳区", "地址北京市朝阳区无效", "地址‹personal›无效"],
  ])("has lost %s", (_what, text, sentence, safe) => {
    expect(withoutPersonal(sentence, [said(text)])).toBe(safe);
  });

  it.each([
    ["the short words of an answer", "no, at 5", "no such property at line 5"],
    ["a record's id", "07946095800", "record 25512345678 is gone"],
  ])("keeps %s", (_what, text, sentence) => {
    expect(withoutPersonal(sentence, [said(text)])).toBe(sentence);
  });
});
