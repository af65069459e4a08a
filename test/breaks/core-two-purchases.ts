/** Breaks of what holds for a booking that several purchases list. */
import type { Break } from "../../bench/breaks-list.ts";

const ELSEWHERE = "src/booking/elsewhere.ts";
const twoPurchases = (only: string) => ["test/convergence/two-purchases.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a booking that another purchase has cancelled lives on",
    file: ELSEWHERE,
    from: "if (known !== undefined && end !== undefined) bookings[id]",
    to: "if (known !== undefined && end?.purchaseId === own.purchaseId) bookings[id]",
    caughtBy: twoPurchases("when the second comes before the first"),
    invariant: "B2",
  },
  {
    name: "what comes after a booking's cancellation in another purchase changes its time",
    file: ELSEWHERE,
    from: "newestOf(inOrder.filter((one) => order(one) <= end.order))",
    to: "newest",
    caughtBy: twoPurchases("with another time"),
    invariant: "B2",
  },
  {
    name: "two purchases both write what they say of a booking",
    file: ELSEWHERE,
    from: "if (known !== undefined && isElsewhere) left.add(id);",
    to: "",
    caughtBy: twoPurchases("in whichever order it comes"),
    invariant: "O2",
  },
  {
    name: "what one purchase repeats is newer than what another said since",
    file: "src/booking/newness.ts",
    from: "return news ?? {",
    to: "return {",
    caughtBy: twoPurchases("repetition with no clock"),
    invariant: "O2",
  },
  {
    name: "a question is not answered by what another purchase says",
    file: ELSEWHERE,
    from: 'holds = withoutAnswered(holds, id, "cancelled", end.order);',
    to: "holds = own.holds;",
    caughtBy: twoPurchases("the cancellation that the second brings"),
    invariant: "H4",
  },
  {
    name: "a booking that went over to another purchase is missed in the first",
    file: "src/booking/holds.ts",
    from: 'kind === "cancelled" || reason === "absent_from_notification"',
    to: 'kind === "cancelled"',
    caughtBy: twoPurchases("went over to another purchase"),
    invariant: "H4",
  },
  {
    name: "a purchase of which something else comes by another's words is not looked at again",
    file: "src/sync/elsewhere.ts",
    from: "was, joinElsewhere(other, [...around, own])",
    to: "was, was",
    caughtBy: twoPurchases("whose words stay"),
    invariant: "B2",
  },
  {
    name: "a pass trusts what it knows of records that another purchase has written to",
    file: "src/sync/turns.ts",
    from: "return turn !== undefined && turn !== taken[bookingId];",
    to: "return false;",
    caughtBy: twoPurchases("now in the one, now in the other"),
    invariant: "O2",
  },
  {
    name: "a decision of one purchase that is taken back stays in what another shows",
    file: "src/sync/reconcile.ts",
    from: "lookElsewhere(deps, before.state, state)",
    to: "lookElsewhere(deps, state, state)",
    caughtBy: twoPurchases("until it is taken back"),
    invariant: "D3",
  },
];
