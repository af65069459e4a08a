/** Breaks of asking BookingBug at once what a notification left open. */
import type { Break } from "../../bench/breaks-list.ts";

const ASK = "src/reconcile/ask.ts";
const OPEN = "src/booking/left-open.ts";
const asked = (only: string) => ["test/reconcile/asked.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a cancellation that looks like a repetition is taken for one",
    file: OPEN,
    from: 'kind === "repeated" && unsaid.has(bookingId)',
    to: 'kind === "stale" && unsaid.has(bookingId)',
    caughtBy: asked("within 10 s"),
    invariant: "Q9",
  },
  {
    name: "what was read back is asked about again",
    file: OPEN,
    from: 'if (route === "read_back") return false;\n',
    to: "",
    caughtBy: ["test/booking/left-open.test.ts", "was read back"],
    invariant: "Q10",
  },
  {
    name: "a body that says itself that it is no cancellation is asked about",
    file: OPEN,
    from: "saysCancelled || body.is_cancelled !== undefined ||",
    to: "saysCancelled ||",
    caughtBy: asked("where the body says"),
    invariant: "Q10",
  },
  {
    name: "each repetition of a purchase is a question of its own",
    file: ASK,
    from: 'if (now < last.at + SPACING_MS) return { kind: "later", at: last.at + SPACING_MS };',
    to: "",
    caughtBy: asked("one question or two"),
    invariant: "Q10",
  },
  {
    name: "what came while a purchase was read counts as read",
    file: ASK,
    from: 'if (outcome !== "overtaken") await deps.asked.save(purchaseId, { number, at: now });',
    to: 'await deps.asked.save(purchaseId, { number: outcome === "overtaken" ? Infinity : number, at: now });',
    caughtBy: asked("after the reading had begun"),
    invariant: "Q10",
  },
];
