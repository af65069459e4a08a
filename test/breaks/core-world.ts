/** Breaks of what finds out which world a CRM is. */
import type { Break } from "../../bench/breaks-list.ts";

export const breaks: readonly Break[] = [
  {
    name: "an account whose batches fail whole is told as one that answers for each input",
    file: "connectors/hubspot/recognise/batches.ts",
    from: 'batchFailure: { settled: "whole" }',
    to: 'batchFailure: { settled: "multi_status" }',
    caughtBy: ["test/operate/world.test.ts", "H4, .* is recognised"],
    invariant: "W1",
  },
  {
    name: "test people of the world's probes stay in the CRM",
    file: "connectors/recognised.ts",
    from: "await remove(object, id);",
    to: "if (id === object) await remove(object, id);",
    caughtBy: ["test/operate/world.test.ts", "S1, .* is recognised"],
    invariant: "W1",
  },
  {
    name: "a maintenance is taken for what the probe had asked about",
    file: "connectors/salesforce/recognise/ask.ts",
    from: "refusals.push(probing.writes);",
    to: "if (isAgain) refusals.push(probing.writes);",
    caughtBy: ["test/operate/world.test.ts", "S10, .* is recognised"],
    invariant: "W1",
  },
  {
    name: "a recorded duplicate rule is not played",
    file: "sandbox/world.ts",
    from: "...(rule !== undefined && { duplicateRule: rule })",
    to: "...(rule === undefined && { duplicateRule: rule })",
    caughtBy: ["test/operate/world.test.ts", "S5, "],
    invariant: "W1",
  },
  {
    name: "a recorded world may hold an e-mail address beside its facts",
    file: "connectors/world/hubspot.ts",
    from: "export const hubspotFacts = z.strictObject(",
    to: "export const hubspotFacts = z.looseObject(",
    caughtBy: ["test/operate/world.test.ts", "more than facts"],
    invariant: "E5",
  },
];
