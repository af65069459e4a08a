/** What the day beside Node-RED consists of, and what of it is counted as lost or wrong. */
import { describe, expect, it } from "@jest/globals";
import { planDay, type TrueBooking } from "../../bench/peers-day.ts";
import { type Held, judge } from "../../bench/peers-verdict.ts";

const truth: readonly TrueBooking[] = [
  { id: "1", email: "ana@example.com", start: Date.parse("2036-01-01T12:00:00Z"), cancelled: false },
  { id: "2", email: "ben@example.com", start: Date.parse("2036-01-02T12:00:00Z"), cancelled: true },
];

function contact(id: string, email: string) {
  return { id, values: { email }, links: [] };
}

function meeting(id: string, booking: string, start: string, outcome: string, links: string[]) {
  const values = { bookingbug_booking_id: booking, hs_meeting_start_time: start, hs_meeting_outcome: outcome };
  return { id, values, links };
}

const ana = contact("c1", "ana@example.com");
const ben = contact("c2", "ben@example.com");
const anas = meeting("m1", "1", "2036-01-01T13:00:00+01:00", "SCHEDULED", ["c1"]);
const bens = meeting("m2", "2", "2036-01-02T12:00:00Z", "CANCELED", ["c2"]);
const right: Held = { contacts: [ana, ben], appointments: [anas, bens] };
const nothing = { bookings: 2, lost: 0, wrongTime: 0, wrongOutcome: 0, duplicates: 0, unlinked: 0 };

describe("the verdict on a day", () => {
  it.each([
    ["all of it is right, in whatever zone a time is given", right, {}],
    ["a booking has no meeting", { ...right, appointments: [anas] }, { bookings: 1, lost: 1 }],
    [
      "a meeting is at a former time",
      { ...right, appointments: [{ ...anas, values: { ...anas.values, hs_meeting_start_time: "2036" } }, bens] },
      { wrongTime: 1 },
    ],
    [
      "what was cancelled looks as if it took place",
      { ...right, appointments: [anas, { ...bens, values: { ...bens.values, hs_meeting_outcome: "SCHEDULED" } }] },
      { wrongOutcome: 1 },
    ],
    [
      "what takes place looks cancelled",
      { ...right, appointments: [{ ...anas, values: { ...anas.values, hs_meeting_outcome: "CANCELED" } }, bens] },
      { wrongOutcome: 1 },
    ],
    [
      "a person is there twice",
      { ...right, contacts: [ana, ben, contact("c3", "Ana@example.com")] },
      { duplicates: 1 },
    ],
    ["a meeting is there twice", { ...right, appointments: [anas, bens, { ...anas, id: "m3" }] }, { duplicates: 1 }],
    ["a meeting is nobody's", { ...right, appointments: [{ ...anas, links: [] }, bens] }, { unlinked: 1 }],
    ["a meeting is another person's", { ...right, appointments: [{ ...anas, links: ["c2"] }, bens] }, { unlinked: 1 }],
  ])("when %s", (_what, held, amiss) => {
    expect(judge(truth, held)).toEqual({ ...nothing, ...amiss });
  });
});

describe("the day", () => {
  const day = planDay(40);
  const lastWord = (id: string) => {
    const bookings = [...day.morning, ...day.midday, ...day.afternoon]
      .flat()
      .map(({ body }) => body._embedded.bookings[0])
      .filter((booking) => String(booking.id) === id);
    return bookings.reduce((latest, one) => (one.updated_at > latest.updated_at ? one : latest));
  };

  it("has each person book once, and each booking end as the newest of its bodies says", () => {
    expect([day.morning.length, day.midday.length]).toEqual([36, 4]);
    expect(new Set(day.truth.map(({ email }) => email)).size).toBe(40);
    for (const { id, start, cancelled } of day.truth.filter(({ cancelled }) => !cancelled)) {
      expect({ id, start: Date.parse(lastWord(id).datetime), cancelled: lastWord(id).is_cancelled }).toEqual({
        id,
        start,
        cancelled,
      });
    }
  });

  it("has moves, cancellations, repeated deliveries and two in the wrong order", () => {
    const stories = [...day.morning, ...day.midday, ...day.afternoon].map((story) =>
      story.map(({ route, body }) => ({ route, told: body._embedded.bookings[0].updated_at as string })),
    );
    const pairs = stories.filter(({ length }) => length === 2);
    expect(pairs.filter(([one, other]) => one?.told === other?.told)).toHaveLength(4);
    expect(pairs.filter(([one, other]) => (one?.told ?? "") > (other?.told ?? ""))).toHaveLength(6);
    expect(day.truth.filter(({ cancelled }) => cancelled)).toHaveLength(4);
  });

  it("is the same day for each contestant", () => {
    expect(planDay(40)).toEqual(day);
  });
});
