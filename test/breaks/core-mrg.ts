/** Breaks of what leads from a record that was merged away or converted to the one it lives on as. */
import type { Break } from "../../bench/breaks-list.ts";

const livingOn = (only: string) => ["test/connectors/salesforce/living-on.test.ts", only] as const;
const endToEnd = (only: string) => ["test/e2e/living-on.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a contact that was merged away in Salesforce is made anew when it is written to",
    file: "connectors/salesforce/living-on.ts",
    from: "return (await isThere(deps, write)) ? notItself(write, error) : error;",
    to: "return error;",
    caughtBy: endToEnd("gets what is said of the person next"),
    invariant: "B11",
  },
  {
    name: "a booking of a person who was merged away makes them anew",
    file: "src/sync/shared-records.ts",
    from: "return await write(plan, links, undefined, lock, gone);",
    to: "return await write(plan, links, undefined, lock);",
    caughtBy: endToEnd("gets the person's next booking"),
    invariant: "B11",
  },
  {
    name: "of records merged one after the other the first leads to one that is gone too",
    file: "connectors/salesforce/recycle-bin.ts",
    from: '["MasterRecord.MasterRecordId", "MasterRecordId"]',
    to: '["MasterRecordId"]',
    caughtBy: livingOn("was merged away too"),
    invariant: "B11",
  },
  {
    name: "the recycle bin is not looked into",
    file: "connectors/salesforce/find.ts",
    from: 'return field === "Id" && canBeMerged(object);',
    to: 'return field === "Id" && canBeMerged(object) && false;',
    caughtBy: livingOn("in one query of the recycle bin"),
    invariant: "B11",
  },
  {
    name: "a deleted contact passes for one that is there",
    file: "connectors/salesforce/find.ts",
    from: 'return matches.filter(({ fate }) => fate === "there").map(',
    to: "return matches.map(",
    caughtBy: livingOn("none that was deleted"),
    invariant: "B9",
  },
  {
    name: "an outage while the record that is left is looked for passes for a deletion",
    file: "connectors/salesforce/living-on.ts",
    from: "said instanceof CrmError && (said.retry || said instanceof NotFoundError)",
    to: "said instanceof NotFoundError",
    caughtBy: livingOn("where it cannot answer"),
    invariant: "P4",
  },
  {
    name: "a converted lead's bookings go to its contact although the mapping does not say so",
    file: "src/sync/converted.ts",
    from: 'return plan.converted === "follow" && error instanceof ConvertedError',
    to: "return error instanceof ConvertedError",
    caughtBy: endToEnd("does not say to follow it"),
    invariant: "B11",
  },
  {
    name: "each pass asks anew what a converted lead became",
    file: "src/sync/shared-records.ts",
    from: "if (became !== undefined) return became;",
    to: "",
    caughtBy: endToEnd("is asked for once"),
    invariant: "B11",
  },
  {
    name: "nothing says what a converted lead became",
    file: "connectors/salesforce/living-on.ts",
    from: "return isConverted ? await converted(deps, write, error) : error;",
    to: "return isConverted && deps.find === undefined ? await converted(deps, write, error) : error;",
    caughtBy: endToEnd("next booking linked to the contact it became"),
    invariant: "B11",
  },
  {
    name: "an event whose link is refused without a field named counts as deleted",
    file: "connectors/salesforce/living-on.ts",
    from: "!(canBeMerged(object) || refersToOthers(write))",
    to: "!canBeMerged(object)",
    caughtBy: livingOn("are there still, for a link"),
    invariant: "B9",
  },
  {
    name: "a record that is there counts as deleted when an owner of its is refused",
    file: "connectors/salesforce/living-on.ts",
    from: "links.length > 0 || Object.values(values).some((value) => ID.test(String(value)))",
    to: "links.length > 0 || Object.values(values).length < 0",
    caughtBy: livingOn("an id among the values"),
    invariant: "B9",
  },
];
