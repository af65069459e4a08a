/** [W15] The bookings of a purchase as a list, for expressions of every section. */
import { describe, expect, it } from "@jest/globals";
import { parseMapping } from "../../src/mapping/parse.ts";
import { judgeMappings } from "../../src/mapping/parse-all.ts";
import { stateOf } from "../../src/operate/preview.ts";
import { planPurchase } from "../../src/sync/plan-purchase.ts";
import { type Json, twoBookings } from "../support/payloads.ts";

const file = (...values: string[]) => `crm: hubspot
objects:
  deal:
    object: deals
    per: purchase
    external_id: { key: purchase.id }
    fields:
${values.map((value, index) => `      field${index}: '${value}'`).join("\n")}
`;

function written(body: unknown, ...values: string[]): unknown[] {
  const mapping = parseMapping(file(...values), "hubspot.yaml");
  const { bookings, failures } = planPurchase(stateOf(body), () => mapping);
  expect(failures).toEqual([]);
  return bookings[0]?.shared.get("deal")?.fields.map(({ value }) => value) ?? [];
}

function two(change: (first: Json, second: Json) => void = () => {}): Json {
  const body = twoBookings();
  const [first, second] = body._embedded.bookings;
  Object.assign(first, { full_describe: "Later", datetime: "2036-05-02T09:00:00+00:00" });
  Object.assign(second, { full_describe: "Earlier", datetime: "2036-05-01T09:00:00+00:00" });
  change(first, second);
  return body;
}

describe("purchase.bookings", () => {
  it("is all bookings of the purchase, the earliest first", () => {
    const [names, start, count] = written(
      two(),
      'purchase.bookings | map: "full_describe" | join: ", "',
      "purchase.bookings[0].start_at",
      "purchase.bookings.size",
    );
    expect([names, start, count]).toEqual(["Earlier, Later", "2036-05-01T09:00:00Z", 2]);
  });

  it("has of each what is added to a booking, such as its status", () => {
    const body = two((first) => Object.assign(first, { is_cancelled: true }));
    const [status, left] = written(
      body,
      'purchase.bookings | map: "status" | join: ","',
      'purchase.bookings | where: "is_cancelled", false | map: "full_describe" | join: ", "',
    );
    expect([status, left]).toEqual(["booked,cancelled", "Earlier"]);
  });

  it("keeps from an expression what only staff see of a booking", () => {
    const body = two((first) => {
      first._embedded.answers = [
        { id: 1, question_id: 3, question_text: "Diet", value: "vegan", admin_only: false },
        { id: 2, question_id: 4, question_text: "Debts", value: "many", admin_only: true },
      ];
    });
    const [said] = written(
      body,
      '{% for one in purchase.bookings %}{{ one.answers | map: "value" | join }}{% endfor %}',
    );
    expect(said).toBe("vegan");
  });

  it.each([["purchase.bookings"], ["purchase.bookings.full_describe"]])(
    "is refused where one is meant: %s",
    (value) => {
      const { problems } = judgeMappings([{ file: "hubspot.yaml", text: file(value) }]);
      expect(problems.map(({ message }) => message)).toEqual([
        '`purchase.bookings` is a list; write `purchase.bookings | map: "full_describe" | join: ", "`',
      ]);
    },
  );
});
