/** Whether somebody came, as BookingBug's marks say. Its `attended` says nothing: it is true for every booking. */
import { millisecondsOf } from "./instants.ts";
import type { BookingStatus, CleanObject } from "./types.ts";

/** The strongest first, which decides between marks of one time. */
const MARKS = [
  ["no_show", ["no_show", "absent"]],
  ["completed", ["completed"]],
  ["attended", ["checked_in", "being_seen", "arrived"]],
] as const satisfies readonly (readonly [status: BookingStatus, names: readonly string[]])[];

export type Attendance = (typeof MARKS)[number][0];

/**
 * `multi_status` keeps each mark with its time: who was marked as absent may have come after all. What is current is newer.
 *
 * @param body cleaned
 */
export function attendanceOf(body: CleanObject): Attendance | undefined {
  return currentAttendance(body) ?? lastMarked(body.multi_status);
}

/** What a body says of this moment, without a time. */
export function currentAttendance({ current_multi_status, check_in_status }: CleanObject): Attendance | undefined {
  return meaningOf(current_multi_status ?? check_in_status);
}

function lastMarked(multi: unknown): Attendance | undefined {
  const marks = typeof multi === "object" && multi !== null ? Object.entries(multi) : [];
  const known = MARKS.flatMap(([status]) =>
    marks
      .filter(([mark]) => meaningOf(mark) === status)
      .map(([, time]) => ({ status, at: millisecondsOf(String(time)) || 0 })),
  );
  return known.toSorted((a, b) => b.at - a.at)[0]?.status;
}

function meaningOf(mark: unknown): Attendance | undefined {
  const name = String(mark)
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return MARKS.find(([, names]) => names.some((one) => one === name))?.[0];
}
