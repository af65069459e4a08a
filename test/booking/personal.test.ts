import { describe, expect, it } from "@jest/globals";
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { personalTexts, withoutPersonal } from "../../src/booking/personal.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";

function textsOf(change: (body: Json) => void): string[] {
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

describe("personal texts", () => {
  it("are the person's fields, notes and answers, and not the service, staff or place", () => {
    const texts = textsOf((body) => {
      Object.assign(body._embedded.client, { first_name: "Ada", last_name: "Lovelace", address1: "12 Row" });
      firstBooking(body)._embedded = { answers: [{ value: "Allergic to nuts", question_text: "Allergies?" }] };
      firstBooking(body).notes = { 1: "Prefers mornings" };
    });
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
    expect(withoutPersonal(sentence, texts)).toBe(safe);
  });
});
