/** Which records a booking had before it came to be another object's, another mapping file's, or another time's, by whichever purchase. */
import { timeIn } from "../mapping/each-time.ts";
import { isForCompany } from "../mapping/evaluate.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord, FormerRecord } from "./applied-record.ts";
import type { BookingPlans } from "./plan-purchase.ts";

/** Of its plan. */
export function keyOf({ section, bookingId }: Pick<FormerRecord, "section" | "bookingId">): string {
  return `${section}:${bookingId}`;
}

/** Of the key of a plan for a booking. */
export function partsOf(key: string): Pick<FormerRecord, "section" | "bookingId"> {
  const section = key.slice(0, key.indexOf(":"));
  return { section, bookingId: key.slice(section.length + 1) };
}

/** What a record is, which file made it, and which id it bears. */
type Made = Pick<AppliedRecord, "object" | "mapping" | "stamp">;

/** Whether the record is the one that the plan is about: of its object, and of the time that the booking is planned at. */
export function isOfPlan({ object, identity, eachTime }: RecordPlan, record: Made): boolean {
  if (record.object !== object) return false;
  const time = timeIn(record.stamp?.value);
  return !eachTime || time === undefined || time === timeIn(identity.value);
}

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
    const { section, bookingId } = partsOf(key);
    const booking = byId.get(bookingId);
    if (booking !== undefined && hasLeft(booking, key, section, record)) former.push({ section, bookingId, record });
    else current[key] = record;
  }
  return { current, former };
}

/** A condition that no longer holds, and a section that was taken out of its file, leave the record as it is. */
function hasLeft(booking: BookingPlans, key: string, name: string, record: Made): boolean {
  const plan = booking.plans.find((one) => one.key === key);
  if (plan !== undefined) return !isOfPlan(plan, record);
  const { mapping, context } = booking;
  const section = mapping.sections.find((one) => one.name === name && one.object === record.object);
  if (section !== undefined) return !isForCompany(section, context);
  return record.mapping !== undefined && record.mapping !== mapping.file;
}
