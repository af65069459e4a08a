/**
 * What we read of a list of bookings: enough to see whether what is known of each is in step. A row is never mapped, it
 * lacks what a purchase says.
 */
import { z } from "zod";
import { type Attendance, attendanceOf } from "../booking/attendance.ts";
import { cleanObject } from "../booking/clean.ts";
import { purchaseIdFromReference } from "../booking/ids.ts";
import { millisecondsOf } from "../booking/instants.ts";
import { isMarkedCancelled } from "../booking/normalise.ts";
import { BookingBugUnreadableError } from "./errors.ts";

export interface BookingRow {
  readonly id: string;
  /** Undefined where neither it nor its reference is there. */
  readonly purchase_id: string | undefined;
  /** The location: a child of the company that was asked, or that company. */
  readonly company_id: string | undefined;
  readonly person_id: string | undefined;
  readonly resource_id: string | undefined;
  /** Undefined where the row does not say. */
  readonly is_cancelled: boolean | undefined;
  readonly on_waitlist: boolean | undefined;
  /** Undefined where nothing of it is marked. */
  readonly attendance: Attendance | undefined;
  readonly datetime: Date;
  readonly end_datetime: Date | undefined;
  /** The later of `updated_at` and `booking_updated`, which can differ by minutes. */
  readonly updated_at: Date | undefined;
  readonly created_at: Date | undefined;
  /** 4 of a booking, 3 of a calendar block. */
  readonly status: number | undefined;
}

const id = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .trim()
      .regex(/^\d{1,18}$/),
  ])
  .transform(String);
const instant = z
  .string()
  .max(64)
  .transform((text) => new Date(millisecondsOf(text)))
  .refine((date) => !Number.isNaN(date.getTime()));
const yes = z.union([
  z.boolean(),
  z.literal(["true", "1", 1]).transform(() => true),
  z.literal(["false", "0", 0]).transform(() => false),
]);

const asNumber = z.coerce.number();

const rowSchema = z
  .object({
    id,
    purchase_id: id.nullish().catch(undefined),
    purchase_ref: z.string().max(200).nullish().catch(undefined),
    company_id: id.nullish().catch(undefined),
    person_id: id.nullish().catch(undefined),
    resource_id: id.nullish().catch(undefined),
    is_cancelled: yes.nullish().catch(undefined),
    on_waitlist: yes.nullish().catch(undefined),
    multi_status: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    datetime: instant,
    end_datetime: instant.nullish().catch(undefined),
    updated_at: instant.nullish().catch(undefined),
    booking_updated: instant.nullish().catch(undefined),
    created_at: instant.nullish().catch(undefined),
    full_describe: z.unknown().optional(),
    status: z.unknown().optional(),
  })
  .transform(
    (row): BookingRow => ({
      id: row.id,
      purchase_id: row.purchase_id ?? purchaseIdFromReference(row.purchase_ref),
      company_id: row.company_id ?? undefined,
      person_id: row.person_id ?? undefined,
      resource_id: row.resource_id ?? undefined,
      is_cancelled: isMarkedCancelled(row) || (row.is_cancelled ?? undefined),
      on_waitlist: row.on_waitlist ?? undefined,
      attendance: attendanceOf({ multi_status: cleanObject(row.multi_status ?? {}) }),
      datetime: row.datetime,
      end_datetime: row.end_datetime ?? undefined,
      updated_at: latest(row.updated_at, row.booking_updated),
      created_at: row.created_at ?? undefined,
      status: asNumber.safeParse(row.status).data,
    }),
  );

function latest(...dates: readonly (Date | null | undefined)[]): Date | undefined {
  return dates.filter((date) => date instanceof Date).toSorted((a, b) => b.getTime() - a.getTime())[0];
}

const link = z.looseObject({ href: z.string().min(1) });
const pageSchema = z.looseObject({
  total_entries: z.coerce.number().int().nonnegative().nullish().catch(undefined),
  _embedded: z.looseObject({ bookings: z.array(z.unknown()).nullish() }).nullish(),
  bookings: z.array(z.unknown()).nullish(),
  _links: z
    .looseObject({ next: link.nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

export interface ListPage {
  readonly rows: readonly BookingRow[];
  readonly unreadable: number;
  readonly total: number | undefined;
  /** Whether a link leads on; undefined where there are no links at all. */
  readonly hasNext: boolean | undefined;
}

/** @throws BookingBugUnreadableError when it is no list: that is not the same as an empty one */
export function readPage(body: unknown): ListPage {
  const page = pageSchema.safeParse(body);
  if (!page.success) throw noList();
  const { total_entries: total, _embedded: embedded, bookings, _links: links } = page.data;
  // HAL leaves an empty list out of what is embedded, and may leave that out where it says that nothing is there; others write null.
  const isEmpty = embedded !== undefined || bookings === null || total === 0;
  const items = embedded?.bookings ?? bookings ?? (isEmpty ? [] : undefined);
  if (items === undefined) throw noList();
  const rows = items.map((item) => rowSchema.safeParse(item)).flatMap(({ data }) => (data === undefined ? [] : [data]));
  return {
    rows,
    unreadable: items.length - rows.length,
    total: total ?? undefined,
    hasNext: links ? links.next?.href !== undefined : undefined,
  };
}

/** @returns undefined when it is no booking */
export function readRow(body: unknown): BookingRow | undefined {
  return rowSchema.safeParse(body).data;
}

function noList(): BookingBugUnreadableError {
  return new BookingBugUnreadableError("BookingBug answered a list of bookings with what is none.");
}
