/** Breaks of what the CRMs tell of edits and changes. */
import type { Break } from "../../bench/breaks-list.ts";

const hubspot = (only: string) => ["test/connectors/hubspot/edits.test.ts", only] as const;
const salesforce = (only: string) => ["test/connectors/salesforce/edits.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the first value in HubSpot's history counts as the newest",
    file: "connectors/hubspot/edits.ts",
    from: "Date.parse(one.timestamp) > Date.parse(newest.timestamp)",
    to: "false",
    caughtBy: hubspot("is who wrote the newest value"),
    invariant: "M1",
  },
  {
    name: "what changed in HubSpot is read by place, and a record that moves hides another",
    file: "connectors/hubspot/changed.ts",
    from: "return last > from ? { from: last, after: 0 } : { from, after: after + PAGE };",
    to: "return last < from ? { from: last, after: 0 } : { from, after: after + PAGE };",
    caughtBy: hubspot("although a record of a page that was read is changed meanwhile"),
    invariant: "M2",
  },
  {
    name: "more than HubSpot's search tells of counts as all",
    file: "connectors/hubspot/changed.ts",
    from: "deleted: [], complete: false };",
    to: "deleted: [], complete: true };",
    caughtBy: hubspot("where it is more than 10,000"),
    invariant: "M2",
  },
  {
    name: "deletions that Salesforce no longer knows count as none",
    file: "connectors/salesforce/changed.ts",
    from: "Date.parse(earliestDateAvailable) <= from.getTime() &&",
    to: "",
    caughtBy: salesforce("not whole where the org keeps fewer"),
    invariant: "M2",
  },
  {
    name: "who we are is not asked again after an outage",
    file: "connectors/salesforce/identity.ts",
    from: "      asked = undefined;\n",
    to: "",
    caughtBy: salesforce("for which an outage is asked again"),
    invariant: "M1",
  },
];
