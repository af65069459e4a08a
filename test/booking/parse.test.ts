import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanObject, cleanText } from "../../src/booking/clean.ts";
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { PurchaseNotification } from "../../src/booking/types.ts";
import { mappingContext } from "../../src/mapping/context.ts";
import { firstBooking, type Json, purchase, sample } from "../support/payloads.ts";

function read(body: Json): PurchaseNotification {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") throw new Error(JSON.stringify(parsed));
  return parsed.notification;
}

function context(body: Json) {
  const notification = read(body);
  const arrival = {
    seq: 1,
    order: 1,
    receivedAt: "2026-11-24T10:00:00.000Z",
    route: "bookings" as const,
    notification,
  };
  const { state } = foldNotification(undefined, arrival, { unflaggedCancellation: "hold", absent: "hold" });
  return mappingContext(state, Object.keys(state.bookings)[0]);
}

describe("reading a notification", () => {
  it("names every path that is not as it must be, and no value", () => {
    const body = purchase((one) => {
      one.id = "secret words";
      one._embedded.bookings.push({ id: 2, datetime: "tomorrow" }, { datetime: "2017-03-10T11:30:00Z" });
    });
    const parsed = parseNotification(body);
    if (parsed.kind !== "unreadable") throw new Error(parsed.kind);
    expect(parsed.problems.map(({ path }) => path)).toEqual([
      "id",
      "_embedded.bookings[1].datetime",
      "_embedded.bookings[2].id",
    ]);
    expect(JSON.stringify(parsed)).not.toMatch(/secret words|tomorrow/);
  });

  it.each<[string, (embedded: Json) => void]>([
    ["course_bookings", (embedded) => (embedded.course_bookings = null)],
    [
      "the bookings of a course",
      (embedded) => (embedded.course_bookings = [{ id: 1, bookings: null, _embedded: null }]),
    ],
    ["what a course embeds", (embedded) => (embedded.course_bookings = [{ id: 1, _embedded: { bookings: null } }])],
  ])("takes null in the place of %s for none", (_, change) => {
    expect(read(purchase((one) => change(one._embedded))).bookings).toHaveLength(1);
  });

  it.each([
    ["a duration", { datetime: "2026-07-01T09:00:00Z", duration: 1e12 }],
    ["the last moment that there is", { datetime: "+275760-09-13T00:00:00Z", duration: 60 }],
  ])("takes a booking that would end beyond all time, by %s, for one whose end nobody knows [A2]", (_, times) => {
    const said = { id: 7, ...times };
    expect(() => parseNotification(purchase((one) => (one._embedded.bookings = [said])))).not.toThrow();
    const [booking] = read(purchase((one) => (one._embedded.bookings = [said]))).bookings;
    expect(booking?.end).toBe(booking?.start);
  });

  it("writes whole seconds also of the year 10000", () => {
    const end = { datetime: "9999-12-31T23:00:00Z", end_datetime: null, duration: 120 };
    const [booking] = read(purchase((one) => (one._embedded.bookings = [{ id: 7, ...end }]))).bookings;
    expect(booking?.end).toBe("+010000-01-01T01:00:00Z");
  });

  it("takes a purchase with null in the place of its bookings for one without", () => {
    expect(read(purchase((one) => (one._embedded.bookings = null))).bookings).toEqual([]);
    expect(read(purchase((one) => (one._embedded = null)))).toMatchObject({ purchaseId: "11610441", bookings: [] });
  });

  it("takes an object in the place of a status for none, whatever it is made of [B10]", () => {
    const odd = { toString: 1, valueOf: null };
    expect(read(purchase((one) => (firstBooking(one).status = odd))).bookings).toMatchObject([{ isBlock: false }]);
  });

  it.each([3, "3"])("knows a calendar block by its status %j [B10]", (status) => {
    expect(read(purchase((one) => (firstBooking(one).status = status))).bookings).toMatchObject([{ isBlock: true }]);
  });

  it("takes a time without an offset for what it is: not an instant", () => {
    const body = purchase((one) => (firstBooking(one).datetime = "2017-03-10T11:30:00"));
    expect(parseNotification(body)).toMatchObject({ kind: "unreadable" });
  });

  it("finds the purchase of a lone booking in its reference when it has no purchase id", () => {
    const booking = firstBooking(purchase());
    delete booking.purchase_id;
    expect(read(booking)).toMatchObject({ purchaseId: "11610441", shape: "booking" });
    delete booking.purchase_ref;
    expect(read(booking).purchaseId).toBe("booking-13477736");
  });

  it("takes the end from the duration when there is no end", () => {
    const body = purchase((one) => delete firstBooking(one).end_datetime);
    expect(read(body).bookings[0]?.end).toBe("2017-03-10T12:00:00Z");
  });

  it("never throws, whatever JSON it is given", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseNotification(value)));
    const mutated = fc.tuple(fc.constantFrom("id", "_embedded", "long_id"), fc.jsonValue());
    fc.assert(fc.property(mutated, ([key, value]) => void parseNotification({ ...purchase(), [key]: value })));
  });

  it("keeps nothing that opens a booking, pays for one, or reaches into JavaScript", () => {
    const body = JSON.parse(
      JSON.stringify(purchase()).replace('"total_price":1500', '"__proto__":{"polluted":true},"total_price":1500'),
    );
    const stored = JSON.stringify(read(body));
    expect(stored).not.toMatch(/IDXODKIPiQo321u|obfuscated|card_details|polluted/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("makes objects that no key of a body changes in what they are [E3]", () => {
    const body =
      '{"__proto__":{"polluted":true},"toString":1,"constructor":{"prototype":1},"prototype":2,"name":"Ann"}';
    const clean = cleanObject(JSON.parse(body));
    expect(clean).toEqual({ name: "Ann" });
    expect(Object.getPrototypeOf(clean)).toBe(Object.prototype);
  });
});

describe("the newer JRNI webhook", () => {
  const jrni = (change: (body: Json) => void = () => {}) => {
    const body = {
      triggerName: "create",
      triggerTime: "2026-11-20T09:00:00Z",
      appointment: {
        bookingId: 4711,
        longid: "IDXODKIPiQo321uMMTE2MTA0NDE",
        companyStartTime: "2036-03-10T08:00:00-11:00",
        companyEndTime: "2036-03-10T08:45:00-11:00",
        duration: 45,
        checkInStatus: "no_show",
        customBookingFields: [{ ref: "do_you_agree", value: true }],
      },
      company: { name: "Samoa", timezone: "Pacific/Pago_Pago", jrniId: 37 },
      service: { name: "Consultation", jrniId: 12 },
      staff: { name: "Ana Maria Silva", jrniId: 5 },
      customer: { firstName: "Jo", lastName: "O'Brien", email: "jo@example.com", jrniId: 99 },
    };
    change(body);
    return body;
  };

  it("becomes a booking like any other, of the purchase in its reference", () => {
    const notification = read(jrni());
    expect(notification).toMatchObject({ purchaseId: "11610441", saysCancelled: false });
    expect(notification.bookings[0]).toMatchObject({
      id: "4711",
      start: "2036-03-10T19:00:00Z",
      end: "2036-03-10T19:45:00Z",
      person: "id:5",
      version: "2026-11-20T09:00:00.000Z",
    });
    expect(context(jrni())).toMatchObject({
      client: { id: 99, first_name: "Jo", last_name: "O'Brien" },
      booking: { service_name: "Consultation", time_zone: "Pacific/Pago_Pago", status: "no_show" },
      answers: [{ question_text: "do_you_agree", value: true }],
      company: { name: "Samoa" },
    });
  });

  it("is cancelled by its trigger's name", () => {
    expect(read(jrni((body) => (body.triggerName = "cancelled"))).saysCancelled).toBe(true);
  });
});

describe("the context of a mapping", () => {
  it("knows the person from the client, else the member, else the booking", () => {
    const withoutClient = purchase((body) => delete body._embedded.client);
    expect(context(withoutClient).client).toMatchObject({ id: 3056937, first_name: "Test" });
    const nobody = purchase((body) => {
      delete body._embedded.client;
      delete body._embedded.member;
      Object.assign(firstBooking(body), { first_name: "Eva", client_id: 7 });
    });
    expect(context(nobody).client).toMatchObject({ id: expect.anything(), first_name: "Eva", last_name: "Gladden" });
  });

  it("takes attendance from multi_status and never from `attended`", () => {
    const status = (multi: Json) =>
      context(purchase((body) => (firstBooking(body).multi_status = multi))).booking?.status;
    expect(status({})).toBe("booked");
    expect(status({ checked_in: "2017-03-10T11:30:00Z" })).toBe("attended");
    expect(status({ checked_in: "2017-03-10T11:30:00Z", completed: "2017-03-10T12:00:00Z" })).toBe("completed");
    expect(status({ no_show: "2017-03-10T12:00:00Z" })).toBe("no_show");
  });

  it("takes the mark that was made last, in whichever order they are listed [B13]", () => {
    const status = (more: Json) => context(purchase((body) => Object.assign(firstBooking(body), more))).booking?.status;
    const [early, late] = ["2017-03-10T11:40:00Z", "2017-03-10T12:00:00Z"];
    expect(status({ multi_status: { no_show: early, checked_in: late } })).toBe("attended");
    expect(status({ multi_status: { completed: late, no_show: early } })).toBe("completed");
    expect(status({ multi_status: { checked_in: early, no_show: late } })).toBe("no_show");
    expect(status({ multi_status: { checked_in: early, no_show: early } })).toBe("no_show");
    expect(status({ multi_status: { no_show: late }, check_in_status: "Checked In" })).toBe("attended");
    expect(status({ multi_status: { no_show: late }, check_in_status: "Waiting" })).toBe("no_show");
  });

  it("marks events and the waiting list", () => {
    expect(context(sample("purchase-event")).booking?.is_event).toBe(true);
    expect(context(sample("purchase-with-answers")).booking?.is_event).toBe(false);
    expect(context(purchase((body) => (firstBooking(body).on_waitlist = true))).booking?.status).toBe("waitlisted");
  });
});

describe("a client without a surname", () => {
  it.each([
    ["Ann", "Ann null"],
    ["Ann", "Ann"],
    ["Ann", "ANN ."],
    ["Ana Maria", "Ana Maria ***"],
  ])("is %j, and gets none out of the whole name %j [P8]", (first, name) => {
    const body = purchase((body) => {
      body.client_name = name;
      for (const who of [body._embedded.client, body._embedded.member, firstBooking(body)]) {
        Object.assign(who, { first_name: first, last_name: "null" });
      }
      Object.assign(body._embedded.member, { name });
      Object.assign(firstBooking(body), { client_name: name });
    });
    expect(context(body).client).toMatchObject({ first_name: first });
    expect(context(body).client).not.toHaveProperty("last_name");
  });

  it("gets the one that the whole name has", () => {
    const alone = purchase((body) => {
      for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { last_name: "" });
      Object.assign(firstBooking(body), { first_name: "Test", last_name: "", client_name: "Test Gladden" });
    });
    expect(context(alone).client).toMatchObject({ first_name: "Test", last_name: "Gladden" });
  });
});

describe("clean-up", () => {
  it.each([
    ["null", undefined],
    ["", undefined],
    [".", undefined],
    ["***", undefined],
    ["  Waqas   Ahmad ", "Waqas Ahmad"],
    ["Null", "Null"],
    ["line\nbreak", "line\nbreak"],
  ])("makes %j into %j", (given, expected) => {
    expect(cleanText(given)).toBe(expected);
  });
});
