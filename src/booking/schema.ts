/**
 * The purchase total as BookingBug posts it (its public purchase resource, also called "total"): strict about what we
 * rely on, silent about everything else.
 */
import { z } from "zod";
import { listOf } from "./few-issues.ts";

const id = z
  .union(
    [
      z.int().nonnegative(),
      z
        .string()
        .trim()
        .regex(/^\d{1,18}$/, { error: "expected a numeric id" }),
    ],
    {
      error: "expected a numeric id",
    },
  )
  .transform(String);

const instant = z
  .string({ error: "expected an ISO 8601 date and time with an offset" })
  .trim()
  .refine((text) => /t/i.test(text) && /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)), {
    error: "expected an ISO 8601 date and time with an offset",
  });

/** Any object, as it is: a schema that copies each key would cost more than all the others together. */
const loose = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

export const bookingSchema = z.looseObject({
  id,
  datetime: instant,
  end_datetime: instant.nullish().catch(undefined),
  duration: z.coerce.number().nonnegative().nullish().catch(undefined),
  purchase_id: id.nullish().catch(undefined),
  _embedded: loose.optional().catch(undefined),
  _links: loose.optional().catch(undefined),
});

export type RawBooking = z.infer<typeof bookingSchema>;

const courseBooking = z.looseObject({
  bookings: listOf(bookingSchema).nullish(),
  _embedded: z.looseObject({ bookings: listOf(bookingSchema).nullish() }).nullish(),
});

export const purchaseSchema = z.looseObject({
  id,
  _embedded: z
    .looseObject({
      bookings: listOf(bookingSchema).nullish(),
      course_bookings: listOf(courseBooking).nullish(),
      client: loose.nullish().catch(undefined),
      member: loose.nullish().catch(undefined),
      company: loose.nullish().catch(undefined),
    })
    .nullish(),
});

export type RawPurchase = z.infer<typeof purchaseSchema>;
