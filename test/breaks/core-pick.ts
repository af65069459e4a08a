/** Breaks of what keeps a value that the CRM refuses from costing the record [W10]. */
import type { Break } from "../../bench/breaks-list.ts";

const address = (only: string) => ["test/e2e/refused-address.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what may be left out fails the record all the same",
    file: "src/sync/leave-out.ts",
    from: "if (refused.length === 0) throw error;",
    to: "if (refused.length > -1) throw error;",
    caughtBy: address("person and appointment arrive"),
    invariant: "W10",
  },
  {
    name: "a state goes on without its country",
    file: "connectors/salesforce/refused-values.ts",
    from: "[field, ...statesOf(field).filter((state) => state in sent)]",
    to: "[field]",
    caughtBy: address("left out with its state"),
    invariant: "W10",
  },
  {
    name: "what was refused is tried again with each repetition",
    file: "src/sync/record-changes.ts",
    from: 'return refused === "leave_out" && known.refused?.[field] === value;',
    to: 'return refused === "leave_out" && known.refused?.[field] !== known.refused?.[field] && value === null;',
    caughtBy: address("is not tried again with a repetition"),
    invariant: "O4",
  },
  {
    name: "what was refused once is refused for good",
    file: "src/sync/record-changes.ts",
    from: 'return refused === "leave_out" && known.refused?.[field] === value;',
    to: 'return refused === "leave_out" && known.refused?.[field] !== undefined && value !== undefined;',
    caughtBy: address("is once it changes"),
    invariant: "W10",
  },
  {
    name: "what is left out is noted nowhere",
    file: "src/sync/pass-notes.ts",
    from: "leftOut.length === 0 ? {} :",
    to: "leftOut.length >= 0 ? {} :",
    caughtBy: address("is noted in the timeline"),
    invariant: "W10",
  },
];
