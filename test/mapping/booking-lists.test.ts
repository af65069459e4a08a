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

describe("all bookings of a person", () => {
  const read = (body: Json, ...values: string[]): unknown[] => written(body, ...values);

  it("are, where no others are known, those of the purchase", () => {
    const body = two((first) => Object.assign(first, { is_cancelled: true }));
    expect(read(body, "client.last_booking.full_describe", "client.cancelled_count", "client.booking_count")).toEqual([
      "Earlier",
      1,
      2,
    ]);
  });

  it("have no last, first or next that is on the waiting list", () => {
    const body = two((first) => Object.assign(first, { on_waitlist: true }));
    expect(read(body, "client.last_booking.full_describe", "client.first_booking.full_describe")).toEqual([
      "Earlier",
      "Earlier",
    ]);
  });

  it("say tomorrow what they say today: next is seen from when something was last said", () => {
    const state = stateOf(two());
    const [first, second] = Object.values(state.bookings).toSorted((a, b) => (a.start < b.start ? -1 : 1));
    if (first === undefined || second === undefined) throw new Error("there are two");
    const said = {
      ...state,
      bookings: { [first.id]: first, [second.id]: { ...second, changedAt: "2036-05-01T12:00:00Z" } },
    };
    const mapping = parseMapping(file("client.next_booking.full_describe"), "hubspot.yaml");
    const [planned] = planPurchase(said, () => mapping).bookings;
    expect(planned?.shared.get("deal")?.fields[0]?.value).toBe("Later");
  });

  it("are known to be read, by whatever way, and not where they are not", () => {
    const reads = (value: string) => parseMapping(file(value), "hubspot.yaml").readsBookings;
    expect(reads("client.last_booking.start_at")).toBe(true);
    expect(reads("{% assign who = client %}{{ who.booking_count }}")).toBe(true);
    expect(reads("client.email")).toBe(false);
    expect(reads("purchase.booking_count")).toBe(false);
  });

  it.each([
    [
      "client.last_booking",
      "`client.last_booking` is a whole booking; name something in it, such as `client.last_booking.start_at`",
    ],
    [
      "client.last_bookin.start_at",
      "`client` has no `last_bookin` that we know of; did you mean `client.last_booking`?",
    ],
    [
      "client.next_booking.start_att",
      "a booking has no `start_att` that we know of; did you mean `client.next_booking.start_at`?",
    ],
  ])("are refused where they cannot be meant: %s", (value, message) => {
    const { problems } = judgeMappings([{ file: "hubspot.yaml", text: file(value) }]);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });
});
