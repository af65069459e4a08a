/** Which of the ways that Salesforce's documents leave open this org is. */
import type { Connector } from "../../connector.ts";
import type { Facts, Ground, Recognised } from "../../recognise.ts";
import { clearUp } from "../../recognised.ts";
import type { SalesforceFacts } from "../../world/salesforce.ts";
import { type Probing, settle } from "./ask.ts";
import { probeDuplicateRule } from "./duplicate-rule.ts";
import { type OrgDeps, probeOrg } from "./org.ts";
import { probeRows } from "./rows.ts";

export interface RecogniseDeps extends OrgDeps {
  readonly find: Connector["find"];
  readonly remove: (object: string, id: string) => Promise<void>;
}

export async function recogniseSalesforce(deps: RecogniseDeps, ground: Ground): Promise<Recognised> {
  const probing: Probing = { http: deps.http, made: new Set(), refusals: [], writes: 0 };
  const { people } = ground;
  let facts: Facts = {};
  let left: Recognised["left"] = [];
  try {
    const org = await probeOrg(deps, ground);
    const rows = await probeRows(probing, people.slice(0, 6));
    const rule = await settle(["duplicateRule"], () => probeDuplicateRule(probing, people.slice(6)));
    facts = { ...org, ...rows, ...rule, maintenanceEvery: maintenanceOf(probing) };
  } finally {
    left = await clearUp(deps, probing.made, people);
  }
  return { facts, left };
}

/** What comes once says nothing of when it comes again. */
function maintenanceOf({ refusals }: Probing): SalesforceFacts["maintenanceEvery"] {
  const last = refusals.at(-1);
  if (refusals.length === 0 || last === undefined) return { open: "no maintenance was met" };
  return refusals.length === 1 ? { open: "a maintenance was met once" } : { settled: last };
}
