/** What BookingBug would post in a booking's life: its documented sample, moved into the near future. */
import { readFile } from "node:fs/promises";
import { DateTime } from "luxon";
import { z } from "zod";
import type { CallbackRoute } from "../src/booking/types.ts";

export interface DemoNotification {
  readonly title: string;
  readonly route: CallbackRoute;
  readonly body: unknown;
  /** How the booking's appointment ends up in a CRM. */
  readonly expected: ExpectedAppointment;
}

export interface ExpectedAppointment {
  readonly status: "booked" | "rescheduled" | "cancelled";
  readonly start: Date;
  readonly movedFrom?: Date;
}

const bookingSchema = z.looseObject({ datetime: z.string(), duration: z.number(), time_zone: z.string() });
const sampleSchema = z.looseObject({
  _embedded: z.looseObject({ bookings: z.tuple([bookingSchema]) }),
});
type Sample = z.infer<typeof sampleSchema>;

/**
 * @param sampleFile a purchase of one booking
 * @param now the booking is for a week later
 */
export async function bookingLife(sampleFile: string, now: DateTime): Promise<readonly DemoNotification[]> {
  const sample = sampleSchema.parse(JSON.parse(await readFile(sampleFile, "utf8")));
  const [booking] = sample._embedded.bookings;
  const usual = DateTime.fromISO(booking.datetime).setZone(booking.time_zone);
  const day = now.setZone(booking.time_zone).plus({ days: 7 });
  const first = weekday(day).set({ hour: usual.hour, minute: usual.minute, second: 0, millisecond: 0 });
  const second = weekday(first.plus({ days: 1 })).set({ hour: 15, minute: 0 });

  const created = at(sample, first, { created_at: timestamp(now.minus({ minutes: 2 })) });
  const moved = at(created, second, { updated_at: timestamp(now.minus({ minutes: 1 })) });
  const cancelled = at(moved, second, { updated_at: timestamp(now) });
  const [start, movedTo] = [first.toJSDate(), second.toJSDate()];
  return [
    {
      title: "A customer books",
      route: "bookings",
      body: created,
      expected: { status: "booked", start },
    },
    {
      title: "The customer moves the booking",
      route: "updates",
      body: moved,
      expected: { status: "rescheduled", start: movedTo, movedFrom: start },
    },
    {
      title: "The customer cancels",
      route: "cancellations",
      body: cancelled,
      expected: { status: "cancelled", start: movedTo, movedFrom: start },
    },
  ];
}

function at(sample: Sample, start: DateTime, changes: Readonly<Record<string, string>>): Sample {
  const { updated_at, ...ofPurchase } = changes;
  const [booking] = sample._embedded.bookings;
  const moved = {
    ...booking,
    datetime: withOffset(start),
    end_datetime: withOffset(start.plus({ minutes: booking.duration })),
    min_cancellation_time: withOffset(start.minus({ days: 1 })),
    ...(updated_at !== undefined && { updated_at }),
  };
  return { ...sample, ...ofPurchase, _embedded: { ...sample._embedded, bookings: [moved] } };
}

/** The day itself, or the Monday after a weekend. */
function weekday(day: DateTime): DateTime {
  return day.weekday > 5 ? day.plus({ days: 8 - day.weekday }) : day;
}

/** As BookingBug writes a booking's times: `2017-03-10T11:30:00+00:00`. */
function withOffset(time: DateTime): string {
  return time.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
}

/** As BookingBug writes when something happened: `2017-03-07T09:30:31Z`. */
function timestamp(time: DateTime): string {
  return time.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
