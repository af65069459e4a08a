/** Breaks of what keeps the connector's requests within HubSpot's published contract. */
import type { Break } from "../../bench/breaks-list.ts";

export const breaks: readonly Break[] = [
  {
    name: "what is asked again of one association is asked of none as well",
    file: "connectors/bisect.ts",
    from: "middle === items.length ? left : ",
    to: "",
    caughtBy: ["test/connectors/hubspot/associate.test.ts", "whether or not the error names it"],
    invariant: "W1",
  },
  {
    name: "an option of a property that is made has no place among the others",
    file: "connectors/hubspot/provision.ts",
    from: "return { value, label, displayOrder, hidden: false };",
    to: "return { value, label, hidden: displayOrder < 0 };",
    caughtBy: ["test/operate/provision.test.ts", "every kind"],
    invariant: "W1",
  },
];
