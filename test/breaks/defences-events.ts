/** Breaks of the events hook. */
import type { Break } from "../../bench/breaks-list.ts";

const caught = (only: string) => ["test/events/hook.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "an event is signed without its time",
    file: "src/events/posting.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    from: "update(`${seconds}.${body}`)",
    to: "update(body)",
    caughtBy: caught("signs what it posts"),
    invariant: "I1",
  },
  {
    name: "an event that was not taken counts as posted",
    file: "src/events/posting.ts",
    from: 'if (answer.kind !== "accepted") throw',
    to: "if (answer.kind === undefined) throw",
    caughtBy: caught("until it takes it"),
    invariant: "I1",
  },
  {
    name: "what is mended or dismissed is not told",
    file: "src/events/events.ts",
    from: 'await emit({ kind: "off_the_list", crm, purchaseIds: [...purchaseIds] });',
    to: "await Promise.resolve();",
    caughtBy: caught("what leaves the list"),
    invariant: "I1",
  },
];
