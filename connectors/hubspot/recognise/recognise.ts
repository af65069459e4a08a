/** Which of the ways that HubSpot's documents leave open this account is. */
import type { Connector } from "../../connector.ts";
import type { Facts, Ground, Recognised } from "../../recognise.ts";
import { clearUp } from "../../recognised.ts";
import { probeAccount, scopesOf } from "./account.ts";
import type { Probing } from "./ask.ts";
import { probeBatches } from "./batches.ts";
import { probeLives } from "./lives.ts";

export interface RecogniseDeps extends Omit<Probing, "made" | "scopes"> {
  readonly apiVersion: string;
  readonly remove: (object: string, id: string) => Promise<void>;
  readonly find: Connector["find"];
}

export async function recogniseHubspot(deps: RecogniseDeps, ground: Ground): Promise<Recognised> {
  const probing: Probing = { ...deps, made: new Set(), scopes: new Set() };
  let facts: Facts = {};
  let left: Recognised["left"] = [];
  try {
    const account = await probeAccount(probing, ground, deps.apiVersion);
    const at = Date.now();
    const batches = await probeBatches(probing, ground);
    const lives = await probeLives(probing, { people: ground.people, ids: batches.ids, at });
    facts = { ...account, ...batches.facts, ...lives };
  } finally {
    left = await clearUp(deps, probing.made, ground.people);
  }
  return { facts: { ...facts, withoutScopes: scopesOf(probing) }, left };
}
