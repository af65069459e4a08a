/**
 * What every connector must do, whatever its CRM: one list of cases, run against each CRM's peer by the tests. A case
 * talks to the connector alone, and looks at the peer through the harness.
 */
import { edits } from "./edits.ts";
import type { Case } from "./harness.ts";
import { livingOn } from "./living-on.ts";
import { trouble } from "./trouble.ts";
import { values } from "./values.ts";
import { writing } from "./writing.ts";

export const cases: readonly Case[] = [...writing, ...livingOn, ...values, ...edits, ...trouble];
