/** Two shapes of one booking: what the newer cannot say stays as it was known. */
import { describe, expect, it } from "@jest/globals";
import { joinedBody } from "../../src/booking/shapes.ts";
import type { CleanObject } from "../../src/booking/types.ts";

const answer = (id: number, text: string, value: string): CleanObject => ({
  ...{ id: id + 300, question_id: id, question_text: text, value, price: 0 },
});
const known = {
  shape: "public",
  body: { answers: [answer(1, "Car/Bike Number", "AG09"), answer(39, "System", "Mac")] },
} as const;
const jrni = (...answers: CleanObject[]) => joinedBody(known, { shape: "jrni", body: { answers } });

describe("JRNI's answers, which have no question's id, after BookingBug's [B5]", () => {
  it("change nothing where they say the same, by the question's text or a slug of it", () => {
    const { body, isNew } = jrni(
      { question_text: "car_bike_number", value: "AG09" },
      { question_text: "System", value: "Mac" },
    );
    expect([isNew, body]).toEqual([false, known.body]);
  });

  it("bring a new value to the question that is known", () => {
    const { body, isNew } = jrni({ question_text: "System", value: "Linux" });
    expect(isNew).toBe(true);
    expect(body.answers).toEqual([answer(1, "Car/Bike Number", "AG09"), answer(39, "System", "Linux")]);
  });

  it("are added where the question is not known", () => {
    const other = { question_text: "colour", value: "red" };
    expect(jrni(other)).toEqual({ isNew: true, body: { answers: [...known.body.answers, other] } });
  });
});
