/** Takes associations away, gathered per pair of object types and kind of association. */
import { bisect, inHalves } from "../bisect.ts";
import type { Link } from "../connector.ts";
import { CrmError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { type AssociatorDeps, isAboutSomePair, type Pair, typeOf } from "./associate.ts";
import { parseBatchAnswer } from "./batch-shape.ts";
import { LANE } from "./batch-size.ts";
import { toCrmError } from "./errors.ts";

export function createDissociator(deps: AssociatorDeps): (from: string, fromId: string, link: Link) => Promise<void> {
  const lanes = new Map<string, (pair: Pair) => Promise<true>>();

  function laneFor(from: string, link: Link): (pair: Pair) => Promise<true> {
    const key = JSON.stringify([from, link.toObject, link.via]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const options = optionsFor(deps, from, link);
    const lane = createLane<Pair, true>({
      ...LANE,
      keyOf: ({ fromId, toId }) => `${fromId}>${toId}`,
      acquire: () => deps.http.acquire(),
      run: (pairs, permit) => bisect<Pair, true>(options, pairs, permit),
    });
    lanes.set(key, lane);
    return lane;
  }

  return async (from, fromId, link) => {
    try {
      await laneFor(from, link)({ fromId, toId: link.toId });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };
}

/** A record that was deleted has taken its associations along. */
function isGone(error: unknown): boolean {
  return error instanceof CrmError && (error.kind === "not_found" || error.code === "OBJECT_NOT_FOUND");
}

function optionsFor(deps: AssociatorDeps, from: string, link: Link) {
  const send = (pairs: readonly Pair[], permit: Permit | undefined) => sendSome(deps, from, link, pairs, permit);
  return { send, isAboutSome: isAboutSomePair, guilty: () => [] };
}

/** "Delete specific labels": of the pair, only the given type goes, the default one with all others. */
async function sendSome(
  deps: AssociatorDeps,
  from: string,
  link: Link,
  pairs: readonly Pair[],
  permit: Permit | undefined,
): Promise<readonly (true | Error)[]> {
  const type = typeOf(from, link);
  const { body } = await deps.http.send({
    method: "POST",
    path: deps.paths.associations(from, link.toObject, type === undefined ? "/batch/archive" : "/batch/labels/archive"),
    body: {
      inputs: pairs.map(({ fromId, toId }) =>
        type === undefined
          ? { from: { id: fromId }, to: [{ id: toId }] }
          : { types: [type], from: { id: fromId }, to: { id: toId } },
      ),
    },
    operation: "dissociate",
    object: from,
    records: pairs.length,
    permit,
    context: { target: "external_id" },
  });
  // All is well without a word: "204".
  const [fault] = body === undefined ? [] : parseBatchAnswer(body, from).errors;
  if (fault === undefined) return pairs.map(() => true);
  if (pairs.length > 1) return await inHalves<Pair, true>(optionsFor(deps, from, link), pairs);
  return [toCrmError(fault.envelope, { status: fault.status, object: from, target: "external_id" })];
}
