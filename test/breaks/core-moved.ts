/** Breaks of `moved: new_record`: what a booking that is moved leaves behind, and what it finds again. */
import type { Break } from "../../bench/breaks-list.ts";

const CANCELLED = "src/sync/cancelled-form.ts";
const FORMER = "src/sync/former-records.ts";
const caught = (only: string) => ["test/e2e/moved-new-record.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a moved booking's former record is written to as its new one",
    file: FORMER,
    from: "return !eachTime || time === undefined || time === timeIn(identity.value);",
    to: "return true;",
    caughtBy: caught("leaves its record as it was"),
    invariant: "B12",
  },
  {
    name: "a record from before `moved: new_record` counts as another time's",
    file: FORMER,
    from: "return !eachTime || time === undefined || time",
    to: "return !eachTime || time",
    caughtBy: caught("keeps a record that was written before"),
    invariant: "B12",
  },
  {
    name: "the former record of a moved booking is written with its new time",
    file: CANCELLED,
    from: "const booking = isOtherTime ? atTime(now, left) : now;",
    to: "const booking = now;",
    caughtBy: caught("leaves its record as it was"),
    invariant: "B12",
  },
  {
    name: "the former record of a moved booking is written anew",
    file: CANCELLED,
    from: "return fields.filter(({ field }) => marks.has(field));",
    to: "return marks.size > 0 ? fields : [];",
    caughtBy: caught("leaves its record as it was"),
    invariant: "B12",
  },
  {
    name: "a new record that was begun for a time is forgotten beside the one before it",
    file: "src/sync/booking-records.ts",
    from: "(made.record.stamp ?? stamp)?.value === stamp?.value;",
    to: "true;",
    caughtBy: caught("where the worker died"),
    invariant: "B12",
  },
  {
    name: "a moved booking's records tell their times apart by nothing",
    file: "src/mapping/each-time.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    from: "return `${id}@${new Date(start).toISOString().slice(0, 16)}Z`;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    to: "return `${id}@${new Date(start).toISOString().slice(0, 7)}-01T00:00Z`;",
    caughtBy: caught("leaves its record as it was"),
    invariant: "B12",
  },
];
