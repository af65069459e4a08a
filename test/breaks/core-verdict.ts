/** Breaks of looking whether the CRMs hold what was written to them. */
import type { Break } from "../../bench/breaks-list.ts";

const HELD = "src/operate/verdict/held.ts";
const VERDICT = "src/operate/verdict/verdict.ts";
const verdict = (only: string) => ["test/operate/verdict.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what failed passes for what was written",
    file: HELD,
    from: ' || status.get(purchaseId)?.status === "failed"',
    to: "",
    caughtBy: verdict("a purchase that waits, or failed"),
    invariant: "Q15",
  },
  {
    name: "looking at the CRM uses up the day's calls",
    file: VERDICT,
    from: 'if (counts.calls === allowed) return { kind: "share_used" };',
    to: "",
    caughtBy: verdict("a twentieth of the day's calls"),
    invariant: "Q15",
  },
  {
    name: "a record that is gone passes for what was written",
    file: VERDICT,
    from: 'survivorId === undefined ? { ...place, kind: "gone" }',
    to: "survivorId === undefined ? undefined",
    caughtBy: verdict("a field that somebody edited"),
    invariant: "Q15",
  },
  {
    name: "each purchase's person is looked at once more",
    file: VERDICT,
    from: "if (seen.has(key)) continue;",
    to: "",
    caughtBy: verdict("salesforce: is in step"),
    invariant: "Q15",
  },
];
