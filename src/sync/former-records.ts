/** Which records a booking had before it came to be another object's, or another mapping file's, by whichever purchase. */
import { isForCompany } from "../mapping/evaluate.ts";
import type { AppliedRecord, FormerRecord } from "./applied-record.ts";
import type { BookingPlans } from "./plan-purchase.ts";

/** Of its plan. */
export function keyOf({ section, bookingId }: Pick<FormerRecord, "section" | "bookingId">): string {
  return `${section}:${bookingId}`;
}

/** What a record is, and which file made it. */
type Made = Pick<AppliedRecord, "object" | "mapping">;

/**
 * Of a purchase's records by plan key: those that stay its bookings', and those that no longer are.
 *
 * @param bookings each as it is planned by the purchase that writes it
 */
export function sortOut<R extends Made>(
  records: Readonly<Record<string, R>>,
  bookings: readonly BookingPlans[],
): {
  readonly current: Record<string, R>;
  readonly former: readonly { readonly section: string; readonly bookingId: string; readonly record: R }[];
} {
  const byId = new Map(bookings.map((booking) => [booking.bookingId, booking]));
  const current: Record<string, R> = {};
  const former: { section: string; bookingId: string; record: R }[] = [];
  for (const [key, record] of Object.entries(records)) {
    const section = key.slice(0, key.indexOf(":"));
    const bookingId = key.slice(section.length + 1);
    const booking = byId.get(bookingId);
    if (booking !== undefined && hasLeft(booking, key, section, record)) former.push({ section, bookingId, record });
    else current[key] = record;
  }
  return { current, former };
}

/** A condition that no longer holds, and a section that was taken out of its file, leave the record as it is. */
function hasLeft(booking: BookingPlans, key: string, name: string, record: Made): boolean {
  const plan = booking.plans.find((one) => one.key === key);
  if (plan !== undefined) return plan.object !== record.object;
  const { mapping, context } = booking;
  const section = mapping.sections.find((one) => one.name === name && one.object === record.object);
  if (section !== undefined) return !isForCompany(section, context);
  return record.mapping !== undefined && record.mapping !== mapping.file;
}
