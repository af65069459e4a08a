/** Takes associations away, gathered per pair of object types and kind of association. */
import { inHalves } from "../bisect.ts";
import type { Link } from "../connector.ts";
import { CrmError } from "../errors.ts";
import { type AssociatorDeps, endsOf, type Pair, pairLanes, pairOptions, type SendPairs, typeOf } from "./associate.ts";
import { parseBatchAnswer } from "./batch-shape.ts";
import { toCrmError } from "./errors.ts";

export function createDissociator(deps: AssociatorDeps): (from: string, fromId: string, link: Link) => Promise<void> {
  const laneFor = pairLanes(deps, sendSome);

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

/** "Delete specific labels": of the pair, only the given type goes, the default one with all others. */
const sendSome: SendPairs = async (deps, from, link, pairs, permit) => {
  const type = typeOf(from, link);
  const answer = await deps.http.send({
    method: "POST",
    path: deps.paths.associations(from, link.toObject, type === undefined ? "/batch/archive" : "/batch/labels/archive"),
    body:
      type === undefined
        ? { inputs: pairs.map(({ fromId, toId }) => ({ from: { id: fromId }, to: [{ id: toId }] })) }
        : { inputs: pairs.map((pair) => ({ types: [type], ...endsOf(pair) })) },
    operation: "dissociate",
    object: from,
    records: pairs.length,
    permit,
    context: { target: "external_id" },
  });
  // All is well without a word: "204".
  const [fault] = answer.body === undefined ? [] : parseBatchAnswer(answer, from).errors;
  if (fault === undefined) return pairs.map(() => true);
  if (pairs.length > 1) return await inHalves<Pair, true>(pairOptions(deps, sendSome, from, link), pairs);
  return [toCrmError(fault.envelope, { status: fault.status, object: from, target: "external_id" })];
};
