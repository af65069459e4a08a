/** Breaks of how a CRM's unusual answers are taken. */
import type { Break } from "../../bench/breaks-list.ts";

const PAGES = "connectors/pages.ts";

export const breaks: readonly Break[] = [
  {
    name: "a list whose pages lead back to one that was read is read without end",
    file: PAGES,
    from: "seen.has(next) || ",
    to: "",
    caughtBy: ["test/connectors/hubspot/find.test.ts", "without end"],
    invariant: "P4",
  },
  {
    name: "a list whose pages lead back is taken for one that ends there",
    file: "connectors/salesforce/find.ts",
    from: "path = following(answer.data.done === false ? answer.data.nextRecordsUrl : undefined);",
    to: "path = answer.data.done === false && answer.data.nextRecordsUrl !== path ? answer.data.nextRecordsUrl : undefined;",
    caughtBy: ["test/connectors/salesforce/find.test.ts", "leads to itself"],
    invariant: "P4",
  },
];
