/** Breaks of the bookings that are read as a list, and of what is known of a person's bookings. */
import type { Break } from "../../bench/breaks-list.ts";

const VARIABLES = "src/mapping/booking-variables.ts";
const list = (only: string) => ["test/mapping/booking-lists.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the bookings of a purchase come in any order",
    file: VARIABLES,
    from: ".toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : compareIds(a.id, b.id)))",
    to: "",
    caughtBy: list("the earliest first"),
    invariant: "W15",
  },
  {
    name: "what only staff see of a booking is read in the list of all",
    file: VARIABLES,
    from: "return withoutStaffAnswers(bookingVariables(booking, purchaseId), staff);",
    to: "return staff.length > 99 ? {} : bookingVariables(booking, purchaseId);",
    caughtBy: list("only staff see"),
    invariant: "W15",
  },
];
