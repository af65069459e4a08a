/** Breaks of what holds for a booking that several purchases list. */
import type { Break } from "../../bench/breaks-list.ts";

const ELSEWHERE = "src/booking/elsewhere.ts";
const twoPurchases = (only: string) => ["test/convergence/two-purchases.test.ts", only] as const;

export const breaks: readonly Break[] = [
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
    name: "a purchase of which something else comes by another's words is not looked at again",
    file: "src/sync/elsewhere.ts",
    from: "was, joinElsewhere(other, [...around, own])",
    to: "was, was",
    caughtBy: twoPurchases("whose words stay"),
    invariant: "B2",
  },
  {
    name: "a decision of one purchase that is taken back stays in what another shows",
    file: "src/sync/reconcile.ts",
    from: "lookElsewhere(deps, before.state, state)",
    to: "lookElsewhere(deps, state, state)",
    caughtBy: twoPurchases("until it is taken back"),
    invariant: "D3",
  },
  {
    name: "what a pass settles while it is looked up is missed",
    file: "src/sync/latest-state.ts",
    from: "if (now?.seq === known?.seq) return state;",
    to: "if (now !== null) return state;",
    caughtBy: ["test/sync/latest-state.test.ts"],
    invariant: "B2",
  },
];
