/** The table of what a notification means, row by row, and what must hold for any sequence. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type FoldPolicy, foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { CallbackRoute, PurchaseState } from "../../src/booking/types.ts";
import { firstBooking, type Json, movedTo, purchase, twoBookings } from "../support/payloads.ts";

const HOLD: FoldPolicy = { unflaggedCancellation: "hold", absent: "hold" };
const NOW = "2026-11-24T10:00:00.000Z";
/** They arrive as 10, 20, 30 …; what comes out of quarantine has an earlier place than its number. */
type Step = readonly [route: CallbackRoute, body: Json, place?: number];

/** Folds the notifications in order, and says what the last one did. */
function fold(steps: readonly Step[], policy = HOLD) {
  let state: PurchaseState | undefined;
  let kinds: Record<string, string> = {};
  for (const [index, [route, body, place]] of steps.entries()) {
    const seq = 10 * (index + 1);
    const parsed = parseNotification(body);
    if (parsed.kind !== "purchase") throw new Error(`unreadable: ${JSON.stringify(parsed)}`);
    const arrival = { seq, order: place ?? seq, receivedAt: NOW, route, notification: parsed.notification };
    const result = foldNotification(state, arrival, policy);
    state = result.state;
    kinds = Object.fromEntries(result.changes.map(({ bookingId, kind }) => [bookingId, kind]));
  }
  if (state === undefined) throw new Error("no steps");
  const status = Object.fromEntries(Object.values(state.bookings).map((one) => [one.id, one.lifecycle.status]));
  return { state, kinds, status };
}

const future = (change: (body: Json) => void = () => {}) =>
  purchase((body) => {
    Object.assign(firstBooking(body), {
      datetime: "2036-03-10T11:30:00+00:00",
      end_datetime: "2036-03-10T12:00:00+00:00",
    });
    change(body);
  });
const moved = (body: Json) => movedTo(body, "2036-03-11T15:00:00+00:00", "2036-03-11T15:30:00+00:00");
const ID = "13477736";
const OTHER = "13477737";
const without = (body: Json, id: string) => {
  body._embedded.bookings = body._embedded.bookings.filter((one: Json) => String(one.id) !== id);
  return body;
};

describe("what a notification means", () => {
  it("unknown, active: created", () => {
    expect(fold([["bookings", future()]]).kinds).toEqual({ [ID]: "created" });
  });

  it("known, the same again: repeated; something else of it: updated [O4]", () => {
    expect(
      fold([
        ["bookings", future()],
        ["updates", future()],
      ]).kinds,
    ).toEqual({ [ID]: "repeated" });
    const paid = future((body) => (firstBooking(body).paid = 0));
    expect(
      fold([
        ["bookings", future()],
        ["updates", paid],
      ]).kinds,
    ).toEqual({ [ID]: "updated" });
  });

  it.each([
    ["another instant", moved(future())],
    ["another duration", future((body) => (firstBooking(body).end_datetime = "2036-03-10T12:30:00+00:00"))],
    [
      "another person",
      future((body) => (firstBooking(body)._links.person.href = "https://x/api/v1/50666/people/4711")),
    ],
    [
      "another resource",
      future((body) => (firstBooking(body)._links.resource.href = "https://x/api/v1/50666/resources/4711")),
    ],
  ])("known, %s: rescheduled, with the previous start and how often", (_what, changed) => {
    const { kinds, state } = fold([
      ["bookings", future()],
      ["bookings", changed],
    ]);
    expect(kinds).toEqual({ [ID]: "rescheduled" });
    expect(state.bookings[ID]).toMatchObject({ rescheduleCount: 1, previousStart: "2036-03-10T11:30:00Z" });
  });

  it("the same instant under another offset, or a person no longer named: not rescheduled [B4]", () => {
    const offset = movedTo(future(), "2036-03-10T13:30:00+02:00", "2036-03-10T14:00:00+02:00");
    const unnamed = future((body) => {
      const booking = firstBooking(body);
      delete booking._links.person;
      delete booking.person_name;
    });
    for (const body of [offset, unnamed]) {
      expect(
        fold([
          ["bookings", future()],
          ["updates", body],
        ]).state.bookings[ID]?.rescheduleCount,
      ).toBe(0);
    }
  });

  it.each([
    ["is_cancelled", (booking: Json) => (booking.is_cancelled = true)],
    ["full_describe ending in (CANCELLED)", (booking: Json) => (booking.full_describe += " (CANCELLED) ")],
    ["an event name", (booking: Json) => (booking.event = "booking_cancelled")],
  ])("says cancelled by %s, on any URL: cancelled", (_mark, change) => {
    for (const route of ["bookings", "updates", "cancellations"] as const) {
      const flagged = future((body) => change(firstBooking(body)));
      expect(
        fold([
          ["bookings", future()],
          [route, flagged],
        ]).status,
      ).toEqual({ [ID]: "cancelled" });
    }
  });

  it("the only booking, or an unknown one, alone on the cancellation URL: cancelled [B3]", () => {
    expect(
      fold([
        ["bookings", future()],
        ["cancellations", future()],
      ]).status,
    ).toEqual({ [ID]: "cancelled" });
    expect(fold([["cancellations", future()]]).status).toEqual({ [ID]: "cancelled" });
    expect(fold([["cancellations", firstBooking(future())]]).status).toEqual({ [ID]: "cancelled" });
    expect(
      fold([
        ["bookings", future()],
        ["cancellations", without(future(), ID)],
      ]).status,
    ).toEqual({ [ID]: "cancelled" });
  });

  it("of an unknown purchase, with `missing`: what is listed remains, what is not is cancelled when it is heard of", () => {
    const missing: FoldPolicy = { ...HOLD, unflaggedCancellation: "missing" };
    const cancellation: Step = ["cancellations", without(twoBookings(), OTHER)];
    expect(fold([cancellation], missing).status).toEqual({ [ID]: "active" });
    expect(fold([cancellation, ["bookings", twoBookings()]], missing).status).toEqual({
      [ID]: "active",
      [OTHER]: "cancelled",
    });
  });

  it("without bookings, of an unknown purchase: what is heard of later is cancelled unless a clock says it is newer", () => {
    const none: Step = ["cancellations", { ...without(future(), ID), updated_at: "2026-11-20T10:00:00Z" }];
    const at = (time: string) => future((body) => (firstBooking(body).updated_at = time));
    expect(fold([none, ["bookings", future()]]).status).toEqual({ [ID]: "cancelled" });
    expect(fold([none, ["bookings", at("2026-11-20T09:00:00Z")]]).status).toEqual({ [ID]: "cancelled" });
    expect(fold([none, ["bookings", at("2026-11-20T11:00:00Z")]]).status).toEqual({ [ID]: "active" });
  });

  it("a lone booking object on the cancellation URL cancels that one of several [B3]", () => {
    const { status } = fold([
      ["bookings", twoBookings()],
      ["cancellations", firstBooking(twoBookings())],
    ]);
    expect(status).toEqual({ [ID]: "cancelled", [OTHER]: "active" });
  });

  describe.each([
    ["all of them listed", twoBookings()],
    ["one of them listed", without(twoBookings(), OTHER)],
    ["none of them listed", without(without(twoBookings(), OTHER), ID)],
  ])("several known, none flagged, on the cancellation URL, %s", (what, body) => {
    const steps: Step[] = [
      ["bookings", twoBookings()],
      ["cancellations", body],
    ];
    it("held by default: nobody is cancelled on a guess [H1]", () => {
      const { status, state } = fold(steps);
      expect(status).toEqual({ [ID]: "active", [OTHER]: "active" });
      expect(state.holds).toMatchObject([{ reason: "cancellation_ambiguous" }]);
    });
    it("as configured: `listed` cancels what is listed, `missing` what is not [H1]", () => {
      const listed = fold(steps, { ...HOLD, unflaggedCancellation: "listed" }).status;
      const missing = fold(steps, { ...HOLD, unflaggedCancellation: "missing" }).status;
      const [C, A] = ["cancelled", "active"];
      const expected = {
        "all of them listed": [
          { [ID]: C, [OTHER]: C },
          { [ID]: A, [OTHER]: A },
        ],
        "one of them listed": [
          { [ID]: C, [OTHER]: A },
          { [ID]: A, [OTHER]: C },
        ],
        "none of them listed": [
          { [ID]: A, [OTHER]: A },
          { [ID]: C, [OTHER]: C },
        ],
      }[what];
      expect([listed, missing]).toEqual(expected);
    });
  });

  it("a repeated cancellation of one booking does not cancel the other [B3]", () => {
    const flagged = twoBookings();
    firstBooking(flagged).is_cancelled = true;
    const steps: Step[] = [
      ["bookings", twoBookings()],
      ["cancellations", flagged],
      ["cancellations", twoBookings()],
    ];
    expect(fold(steps).status).toEqual({ [ID]: "cancelled", [OTHER]: "active" });
    const listingTheRest: Step[] = [...steps.slice(0, 2), ["cancellations", without(twoBookings(), ID)]];
    expect(fold(listingTheRest).status).toEqual({ [ID]: "cancelled", [OTHER]: "active" });
  });

  it("known, in the future and absent from another URL's body: held, or cancelled as configured [H2]", () => {
    const steps: Step[] = [
      ["bookings", twoBookings()],
      ["updates", without(twoBookings(), OTHER)],
    ];
    expect(fold(steps).state.holds).toMatchObject([{ reason: "absent_from_notification", bookingIds: [OTHER] }]);
    expect(fold(steps).status).toEqual({ [ID]: "active", [OTHER]: "active" });
    expect(fold(steps, { ...HOLD, absent: "cancel" }).status).toEqual({ [ID]: "active", [OTHER]: "cancelled" });
    expect(fold([...steps, ["updates", twoBookings()]]).state.holds).toEqual([]);
  });

  it("a past booking may be absent [H2]", () => {
    const past = purchase((body) => {
      const second = { ...structuredClone(firstBooking(body)), id: 1 };
      body._embedded.bookings.push(second);
    });
    expect(
      fold([
        ["bookings", past],
        ["updates", purchase()],
      ]).state.holds,
    ).toEqual([]);
  });

  it("cancelled, then active: stale, not applied [B2]", () => {
    const { kinds, state } = fold([
      ["bookings", future()],
      ["cancellations", future()],
      ["updates", moved(future())],
    ]);
    expect(kinds).toEqual({ [ID]: "stale" });
    expect(state.bookings[ID]).toMatchObject({ lifecycle: { status: "cancelled" }, start: "2036-03-10T11:30:00Z" });
  });

  it("an older updated_at does not win over a newer one; a cancellation does whatever its age [O3]", () => {
    const at = (time: string, body: Json) => {
      firstBooking(body).updated_at = time;
      return body;
    };
    const newer = at("2026-11-20T10:00:00Z", moved(future()));
    const older = at("2026-11-19T10:00:00Z", future());
    expect(
      fold([
        ["updates", newer],
        ["bookings", older],
      ]).state.bookings[ID]?.start,
    ).toBe("2036-03-11T15:00:00Z");
    const late = fold([
      ["updates", newer],
      ["cancellations", older],
    ]);
    expect(late.status).toEqual({ [ID]: "cancelled" });
    expect(late.state.bookings[ID]?.start).toBe("2036-03-11T15:00:00Z");
  });

  it("an older body says nothing of the person of a booking that is cancelled either [O3] [P2]", () => {
    const at = (time: string, surname: string, cancelled: boolean): Json => {
      const body = future();
      Object.assign(firstBooking(body), { updated_at: time, is_cancelled: cancelled });
      body._embedded.client.last_name = surname;
      return body;
    };
    const said: Step[] = [
      ["bookings", at("2026-11-20T10:00:00Z", "Maiden", false)],
      ["cancellations", at("2026-11-20T11:00:00Z", "Maiden", true)],
      ["updates", at("2026-11-20T12:00:00Z", "Married", true)],
    ];
    const late = said.slice(0, 2);
    for (const steps of [late, late.toReversed()]) {
      expect(fold([...said, ...steps]).state.client?.last_name).toBe("Married");
    }
  });

  it("an older body says nothing of what is missing from it [H2]", () => {
    const at = (time: string, body: Json) => {
      for (const booking of body._embedded.bookings) booking.updated_at = time;
      return body;
    };
    const steps: Step[] = [
      ["bookings", at("2026-11-20T10:00:00Z", twoBookings())],
      ["updates", at("2026-11-19T10:00:00Z", without(twoBookings(), OTHER))],
    ];
    expect(fold(steps).state.holds).toEqual([]);
  });

  it("what came before a question, and is read after it, answers nothing unless it cancels [H2] [O3]", () => {
    const absent: Step[] = [
      ["bookings", twoBookings()],
      ["updates", without(twoBookings(), OTHER)],
    ];
    expect(fold([...absent, ["updates", twoBookings(), 15]]).state.holds).toMatchObject([{ bookingIds: [OTHER] }]);
    expect(fold([...absent, ["updates", twoBookings()]]).state.holds).toEqual([]);
    const cancelled = { ...structuredClone(twoBookings()._embedded.bookings[1]), is_cancelled: true };
    expect(fold([...absent, ["cancellations", cancelled, 15]]).state.holds).toEqual([]);
    const which: Step[] = [
      ["bookings", twoBookings()],
      ["cancellations", twoBookings()],
    ];
    expect(fold([...which, ["updates", moved(twoBookings()), 15]]).state.holds).toMatchObject([
      { bookingIds: [ID, OTHER] },
    ]);
    expect(fold([...which, ["updates", moved(twoBookings())]]).state.holds).toMatchObject([{ bookingIds: [OTHER] }]);
  });

  it("a question of a body that was read late is answered by what came after that body [H2]", () => {
    const steps: Step[] = [
      ["bookings", twoBookings()],
      ["updates", without(twoBookings(), OTHER), 12],
    ];
    expect(fold(steps).state.holds).toHaveLength(1);
    expect(fold([...steps, ["updates", twoBookings(), 14]]).state.holds).toEqual([]);
  });

  it("a body without end and duration keeps the length that is known [B4]", () => {
    const short = moved(future());
    delete firstBooking(short).end_datetime;
    delete firstBooking(short).duration;
    const { state } = fold([
      ["bookings", future()],
      ["updates", short],
    ]);
    expect(state.bookings[ID]?.end).toBe("2036-03-11T15:30:00Z");
  });

  describe("a booking in the admin API's shape after the purchase's", () => {
    const admin = (change: object): Json => {
      const { time_zone, address, booking_type, ...rest } = firstBooking(future());
      return { ...rest, client_id: 3056937, channel: "Client", updated_at: "2026-11-20T10:00:00Z", ...change };
    };
    const updatedBy = (change: object) =>
      fold([
        ["bookings", future()],
        ["updates", admin(change)],
      ]);

    it("keeps what it cannot say, and is an update only when it says something else [B5]", () => {
      const { kinds, state } = updatedBy({});
      expect(kinds).toEqual({ [ID]: "repeated" });
      expect(state.bookings[ID]?.body).toMatchObject({ time_zone: "Europe/London", channel: "Client" });
      expect(updatedBy({ paid: 1 }).kinds).toEqual({ [ID]: "updated" });
    });

    it("keeps nothing of the place before when it is elsewhere", () => {
      expect(updatedBy({ company_id: 1 }).state.bookings[ID]?.body).not.toHaveProperty("address");
    });
  });

  it("walks course bookings and leaves out calendar blocks [B10]", () => {
    const body = future();
    const extra = { ...structuredClone(firstBooking(body)), id: 5 };
    const block = { ...structuredClone(firstBooking(body)), id: 6, status: 3 };
    body._embedded.course_bookings = [{ id: 1, _embedded: { bookings: [extra, block] } }];
    expect(Object.keys(fold([["bookings", body]]).status).sort()).toEqual([ID, "5"].sort());
  });
});

describe("any sequence of notifications", () => {
  const step = fc.record({
    route: fc.constantFrom<CallbackRoute>("bookings", "updates", "cancellations"),
    move: fc.nat({ max: 3 }),
    listed: fc.subarray([0, 1]),
    flagged: fc.subarray([0, 1]),
    lone: fc.boolean(),
  });
  const bodyOf = ({
    move,
    listed,
    flagged,
    lone,
  }: {
    move: number;
    listed: number[];
    flagged: number[];
    lone: boolean;
  }): Json => {
    const body = twoBookings();
    const bookings = body._embedded.bookings;
    for (const index of flagged) bookings[index].is_cancelled = true;
    bookings[0].datetime = `2036-03-1${move}T11:30:00Z`;
    bookings[0].end_datetime = `2036-03-1${move}T12:00:00Z`;
    body._embedded.bookings = listed.map((index) => bookings[index]);
    return lone && listed.length > 0 ? body._embedded.bookings[0] : body;
  };
  const policy = fc.record({
    unflaggedCancellation: fc.constantFrom("hold" as const, "listed" as const, "missing" as const),
    absent: fc.constantFrom("hold" as const, "cancel" as const),
  });

  it("keeps what is cancelled cancelled, and changes nothing when it is folded a second time [B2]", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), policy, (steps, chosen) => {
        let state: PurchaseState | undefined;
        const cancelled = new Set<string>();
        for (const [index, one] of steps.entries()) {
          const parsed = parseNotification(bodyOf(one));
          if (parsed.kind !== "purchase") throw new Error("unreadable");
          const arrival = {
            seq: index + 1,
            order: index + 1,
            receivedAt: NOW,
            route: one.route,
            notification: parsed.notification,
          };
          state = foldNotification(state, arrival, chosen).state;
          expect(foldNotification(state, arrival, chosen)).toEqual({ state, changes: [] });
          for (const booking of Object.values(state.bookings)) {
            if (booking.lifecycle.status === "cancelled") cancelled.add(booking.id);
            else expect(cancelled.has(booking.id)).toBe(false);
          }
        }
      }),
    );
  });
});
