/** Breaks of asking BookingBug at once what a notification left open. */
import type { Break } from "../../bench/breaks-list.ts";

const OPEN = "src/booking/left-open.ts";
const ASK = "src/reconcile/ask.ts";
const asked = (only: string) => ["test/reconcile/asked.test.ts", only] as const;
const named = (only: string) => ["test/reconcile/asked-named.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what was read back is asked about again",
    file: OPEN,
    from: 'if (route !== "bookings" || notification.saysCancelled) return false;',
    to: "if (notification.saysCancelled) return false;",
    caughtBy: ["test/booking/left-open.test.ts", "was read back|elsewhere than"],
    invariant: "Q10",
  },
  {
    name: "a pass has nothing asked of BookingBug",
    file: "src/sync/reconcile.ts",
    from: "if (openSince !== undefined) await deps.ask(purchaseId, openSince);",
    to: "void openSince;",
    caughtBy: asked("cancels in both CRMs within 10 s"),
    invariant: "Q9",
  },
  {
    name: "a question that cannot be put fails the pass",
    file: "src/app/parts.ts",
    from: 'await askQueue?.ask({ about: "purchase", purchaseId, number }).catch(notAsked);',
    to: 'await askQueue?.ask({ about: "purchase", purchaseId, number });',
    caughtBy: asked("fails no pass"),
    invariant: "Q9",
  },
  {
    name: "each notification of a burst is asked about",
    file: ASK,
    from: "const last = await deps.asked.load(heard);",
    to: "const last = { number: 0, at: 0 };",
    caughtBy: asked("are one question or two"),
    invariant: "Q10",
  },
  {
    name: "what comes while a purchase is read is not asked about again",
    file: "src/inbox/ask-queue.ts",
    from: "deduplication: { id, keepLastIfActive: true },",
    to: "deduplication: { id },",
    caughtBy: named("while the purchase is read"),
    invariant: "Q10",
  },
  {
    name: "what is asked is settled by an answer that says nothing",
    file: ASK,
    from: 'unreadable: "thrown"',
    to: 'unreadable: "left"',
    caughtBy: asked("page that says nothing"),
    invariant: "Q9",
  },
  {
    name: "silence of BookingBug about a booking settles its hold",
    file: "src/booking/fold.ts",
    from: "ids(listed.filter(saysWhether))",
    to: "ids(listed)",
    caughtBy: ["test/reconcile/asked-holds.test.ts", "says nothing of the bookings|stays held where"],
    invariant: "Q9",
  },
  {
    name: "an affiliate's push is asked about by nobody",
    file: "src/receiver/receive.ts",
    from: "if (askQueue !== undefined && bookingId !== undefined) {",
    to: 'if (askQueue !== undefined && bookingId === "") {',
    caughtBy: named("has the purchase read"),
    invariant: "Q9",
  },
  {
    name: "a booking that came alone is asked about by nobody",
    file: ASK,
    from: "const bookingId = bookingOfOwn(heard);",
    to: 'const bookingId = bookingOfOwn(heard + "-");',
    caughtBy: named("twice to the booking URL"),
    invariant: "Q9",
  },
  {
    name: "what a refused sign-in leaves unasked is given up",
    file: "src/bookingbug/errors.ts",
    from: "return this.retryAt !== undefined;",
    to: "return false;",
    caughtBy: ["test/reconcile/asked-refused.test.ts"],
    invariant: "Q9",
  },
  {
    name: "what a killed worker was asking is given up",
    file: "src/reconcile/asking.ts",
    from: "const MAX_TAKEOVERS = 100;",
    to: "const MAX_TAKEOVERS = 0;",
    caughtBy: ["test/reconcile/asked-killed.test.ts"],
    invariant: "Q9",
  },
];
