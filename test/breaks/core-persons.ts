/** Breaks of the bookings that are read as a list, and of what is known of a person's bookings. */
import type { Break } from "../../bench/breaks-list.ts";

const VARIABLES = "src/mapping/booking-variables.ts";
const PEOPLE = "src/sync/persons-bookings.ts";
const NEWS = "src/sync/news-in.ts";
const system = (only: string) => ["test/e2e/persons-bookings.test.ts", only] as const;
const list = (only: string) => ["test/mapping/booking-lists.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the bookings of a purchase come in any order",
    file: VARIABLES,
    from: ".toSorted(inOrder)",
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
  {
    name: "the last booking is that of the purchase alone",
    file: PEOPLE,
    from: "const listed = isToldApart(person) ? await deps.ledger.purchasesOf(person) : [];",
    to: "const listed: string[] = [];",
    caughtBy: system("whichever came last"),
    invariant: "W15",
  },
  {
    name: "what is made of all bookings is not written where the purchase's words of the person are older",
    file: NEWS,
    from: "const isOutdated = ({ ofBookings }: PlannedField): boolean => (ofBookings ? isOldLook : isOld);",
    to: "const isOutdated = (_field: PlannedField): boolean => isOld;",
    caughtBy: system("whose words of the person are older"),
    invariant: "W15",
  },
  {
    name: "a purchase whose words are older says what a person is called, for its bookings' sake",
    file: NEWS,
    from: "const isOutdated = ({ ofBookings }: PlannedField): boolean => (ofBookings ? isOldLook : isOld);",
    to: "const isOutdated = (_field: PlannedField): boolean => isOldLook;",
    caughtBy: system("whose words of the person are older"),
    invariant: "W15",
  },
  {
    name: "who had a booking is not looked at once it is somebody else's",
    file: PEOPLE,
    from: "if (other !== undefined) await lookAgain([other]);",
    to: "void lookAgain;\n  void other;",
    caughtBy: system("handed to somebody else"),
    invariant: "W15",
  },
  {
    name: "forgetting leaves which purchases were a person's",
    file: "src/operate/forget/shared.ts",
    from: ", ...purchaseLists(keys, person)]",
    to: "]",
    caughtBy: system("nothing is kept once"),
    invariant: "W15",
  },
  {
    name: "a cancelled booking counts as the last",
    file: "src/mapping/persons-bookings.ts",
    from: '!["cancelled", "waitlisted"].includes',
    to: '!["waitlisted"].includes',
    caughtBy: system("once the last is cancelled"),
    invariant: "W15",
  },
  {
    name: "next is seen from the clock",
    file: "src/mapping/persons-bookings.ts",
    from: 'const saidLast = said.at(-1) ?? "";',
    to: "const saidLast = said[999] ?? new Date().toISOString();",
    caughtBy: list("say tomorrow what they say today"),
    invariant: "W15",
  },
];
