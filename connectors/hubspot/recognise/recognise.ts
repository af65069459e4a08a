/** Which of the ways that HubSpot's documents leave open this account is. */
import type { Connector } from "../../connector.ts";
import { CrmError } from "../../errors.ts";
import type { Facts, Ground, Recognised } from "../../recognise.ts";
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
    left = await clearUp(deps, probing, ground);
  }
  return { facts: { ...facts, withoutScopes: scopesOf(probing) }, left };
}

/** Also what was made by a request whose answer never came. */
async function clearUp(deps: RecogniseDeps, { made }: Probing, { people }: Ground): Promise<Recognised["left"]> {
  const [first] = people;
  if (first === undefined) return [];
  const { object, key } = first;
  const looked = people.map(({ key: { value } }) =>
    deps.find({ object, by: { field: key.field, value }, select: [] }).catch(() => []),
  );
  const found = (await Promise.all(looked)).flat().map(({ id }) => id);
  const left: { object: string; id: string }[] = [];
  for (const id of new Set([...made, ...found])) {
    try {
      await deps.remove(object, id);
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      left.push({ object, id });
    }
  }
  return left;
}
