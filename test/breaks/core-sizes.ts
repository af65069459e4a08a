/** Breaks of how calls find the size that an org takes, and of who shares them. */
import type { Break } from "../../bench/breaks-list.ts";

const fitting = (only: string) => ["test/connectors/fitting-calls.test.ts", only] as const;
const lane = (only: string) => ["test/connectors/lane.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "of the sizes between one that failed and its half none is tried",
    file: "connectors/size-range.ts",
    from: "return gap <= Math.max(1, fits * slack) ? fits : fits + Math.floor(gap / 2);",
    to: "return fits;",
    caughtBy: ["test/connectors/salesforce/large-calls.test.ts", "in at most 12 calls"],
    invariant: "W9",
  },
  {
    name: "an org that takes no more than an hour ago is searched anew each hour",
    file: "connectors/size-range.ts",
    from: "const COARSE = 1;",
    to: "const COARSE = FINE;",
    caughtBy: fitting("gone back to when twice as many are still too many"),
    invariant: "W9",
  },
  {
    name: "a size that went through once is held to when it fails",
    file: "connectors/size-range.ts",
    from: "{ ...range, tooMany: size } : { fits: 0, tooMany: size, slack: FINE };",
    to: "{ ...range, tooMany: size } : range;",
    caughtBy: fitting("looked for below what was found before"),
    invariant: "W9",
  },
  {
    name: "each record at fault begins the search for a size anew",
    file: "connectors/fitting-calls.ts",
    from: "tell(rest, await inHalvesAtMost(options, rest));",
    to: "tell(rest, await inFittingCalls(options, rest));",
    caughtBy: fitting("cost a call or two each"),
    invariant: "W1",
  },
  {
    name: "who comes a moment after the first waits for the next call",
    file: "connectors/lane.ts",
    from: "if (queue.length > company && left > 1) gather(queue.length, left - 1);",
    to: "if (queue.length === 0) return;",
    caughtBy: lane("waits for those of one moment"),
    invariant: "W9",
  },
  {
    name: "a crowd that comes slowly takes a call for each few",
    file: "connectors/lane.ts",
    from: "isCrowded = batch.length > size / 2;",
    to: "",
    caughtBy: lane("shares full calls"),
    invariant: "W9",
  },
  {
    name: "who comes alone waits for a crowd that has gone",
    file: "connectors/lane.ts",
    from: "isCrowded = batch.length > size / 2;",
    to: "isCrowded ||= batch.length > size / 2;",
    caughtBy: lane("shares full calls"),
    invariant: "W9",
  },
  {
    name: "one of two is a crowd",
    file: "connectors/lane.ts",
    from: "isCrowded = batch.length > size / 2;",
    to: "isCrowded = batch.length >= size / 2;",
    caughtBy: lane("does not take one for a crowd"),
    invariant: "W2",
  },
  {
    name: "a stream that never ends holds everybody back",
    file: "connectors/lane.ts",
    from: "if (queue.length > company && left > 1) gather",
    to: "if (queue.length > company) gather",
    caughtBy: lane("does not wait for a stream that never ends"),
    invariant: "W2",
  },
  {
    name: "what the limits of a flow ended fails for good, since its code is not a trigger's",
    file: "connectors/salesforce/errors.ts",
    from: '  "CANNOT_EXECUTE_FLOW_TRIGGER",\n  "APEX_ERROR",',
    to: '  "APEX_ERROR",',
    caughtBy: ["test/connectors/salesforce/large-calls.test.ts", "what a flow's limits ended"],
    invariant: "W9",
  },
];
