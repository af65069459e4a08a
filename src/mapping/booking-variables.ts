/** A booking as a mapping's expressions see it: BookingBug's names after clean-up, and what is added to them. */

import { splitAnswers, withoutStaffAnswers } from "../booking/answers.ts";
import { attendanceOf } from "../booking/attendance.ts";
import type { BookingState, BookingStatus, CleanObject, PurchaseState } from "../booking/types.ts";
import { isYes } from "../booking/yes.ts";

export function bookingVariables(booking: BookingState, purchaseId: string): CleanObject {
  return {
    ...booking.body,
    id: numeric(booking.id),
    purchase_id: numeric(purchaseId),
    start_at: booking.start,
    end_at: booking.end,
    status: statusOf(booking),
    is_cancelled: booking.lifecycle.status === "cancelled",
    is_event: booking.body.is_event === true || booking.body.session_id !== undefined,
  };
}

/** The bookings of a purchase, the earliest first; what only staff see is asked for by `answer` alone. */
export function bookingsOfPurchase({ bookings, purchaseId }: PurchaseState): CleanObject[] {
  return Object.values(bookings)
    .toSorted(inOrder)
    .map((booking) => listed(booking, purchaseId));
}

/** A booking that is read outside its own section. */
export function listed(booking: BookingState, purchaseId: string): CleanObject {
  const { staff } = splitAnswers([booking.body.answers, booking.body.survey_answers]);
  return withoutStaffAnswers(bookingVariables(booking, purchaseId), staff);
}

/** The earlier first; ids are given in order. */
export function inOrder(one: BookingState, other: BookingState): number {
  if (one.start !== other.start) return one.start < other.start ? -1 : 1;
  return one.id.length - other.id.length || (one.id < other.id ? -1 : 1);
}

/** Attendance comes from `multi_status` or the check-in status, never from `attended`, which is true by default. */
export function statusOf(booking: BookingState): BookingStatus {
  if (booking.lifecycle.status === "cancelled") return "cancelled";
  const seen = attendanceOf(booking.body);
  if (seen !== undefined) return seen;
  if (isYes(booking.body.on_waitlist)) return "waitlisted";
  return booking.rescheduleCount > 0 ? "rescheduled" : "booked";
}

export function numeric(id: string): number | string {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
