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
  {
    name: "a record that HubSpot answers with 404 counts as deleted, although it can be read",
    file: "connectors/hubspot/index.ts",
    from: "if (!isUnknown || !(await isGone(find, object, id))) throw error;",
    to: "if (!isUnknown) throw error;",
    caughtBy: ["test/connectors/hubspot/requests.test.ts", "is not done"],
    invariant: "B3",
  },
  {
    name: "a deletion that Salesforce answers with 'no such record' fails for good",
    file: "connectors/salesforce/index.ts",
    from: 'new Set(["NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"])',
    to: 'new Set(["NOT_FOUND"])',
    caughtBy: ["test/connectors/salesforce/requests.test.ts", "was done before"],
    invariant: "B3",
  },
  {
    name: "a record that cannot be asked for now counts as deleted",
    file: "connectors/is-gone.ts",
    from: "if (error instanceof NotFoundError) return true;\n    throw error;",
    to: "return true;",
    caughtBy: ["test/connectors/salesforce/requests.test.ts", "is not done for a record"],
    invariant: "B3",
  },
  {
    name: "an owner that does not exist is taken for a property that does not, in every record of the call",
    file: "connectors/hubspot/errors.ts",
    from: "(?:propert(?:y|ies)|object type|schema)(?: ",
    to: "does not exist|(?:propert(?:y|ies)|object type|schema)(?: ",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "of something that does not exist"],
    invariant: "W1",
  },
  {
    name: "a record that is forbidden takes those of its call with it",
    file: "connectors/hubspot/forbidden.ts",
    from: "!isForbidden(error) || ",
    to: "isForbidden(error) || ",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "forbidden fails alone"],
    invariant: "W1",
  },
  {
    name: "where everybody is forbidden each call is looked into",
    file: "connectors/hubspot/forbidden.ts",
    from: "everybodysUntil = now() + EVERYBODYS_MS;",
    to: "",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "where everybody is forbidden"],
    invariant: "W1",
  },
  {
    name: "a key that was made unique is searched for until the process ends",
    file: "connectors/hubspot/not-unique.ts",
    from: "Date.now() + FORGET_MS",
    to: "Number.POSITIVE_INFINITY",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "a minute after it was made anew"],
    invariant: "W2",
  },
  {
    name: "a key that was made anew without being unique fails until the process ends",
    file: "connectors/hubspot/properties.ts",
    from: "existing !== undefined && existing.until > Date.now()",
    to: "existing !== undefined",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "a minute after it was made anew"],
    invariant: "W2",
  },
];
