/** Associations between records, gathered per pair of object types and kind of association. */
import { z } from "zod";
import { bisect, inHalves } from "../bisect.ts";
import type { Link } from "../connector.ts";
import { type CrmError, MisconfiguredError, NotFoundError, UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { isAboutSomeRecord } from "./batch.ts";
import { parseBatchAnswer } from "./batch-shape.ts";
import { LANE } from "./batch-size.ts";
import { toCrmError } from "./errors.ts";
import type { HubspotAnswer, HubspotHttp } from "./http.ts";
import { defaultType, type Paths } from "./paths.ts";
import { MAX_LEFT_OUT, whereabouts } from "./whereabouts.ts";
import type { AssociationType, InlineAssociation } from "./wire.ts";

export interface Pair {
  readonly fromId: string;
  readonly toId: string;
}

/** @returns undefined when the type has no number, so that it cannot be given inline */
export function inlineAssociation(from: string, link: Link): InlineAssociation | undefined {
  const type = typeOf(from, link);
  return type === undefined ? undefined : { to: { id: link.toId }, types: [type] };
}

export function typeOf(from: string, link: Link): AssociationType | undefined {
  const number = link.via === "default" ? defaultType(from, link.toObject) : Number(link.via.replace(/^[A-Z_]+:/, ""));
  if (number === undefined || !Number.isInteger(number)) return undefined;
  const category = /^([A-Z_]+):/.exec(link.via)?.[1] ?? "HUBSPOT_DEFINED";
  // HubSpot refuses a category that it does not know.
  return { associationCategory: category as AssociationType["associationCategory"], associationTypeId: number };
}

export function isToSame(one: Link, other: Link): boolean {
  return one.toObject === other.toObject && one.toId === other.toId;
}

export interface AssociatorDeps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
}

export function createAssociator(deps: AssociatorDeps): (from: string, fromId: string, link: Link) => Promise<void> {
  const laneFor = pairLanes(deps, sendSome);
  return async (from, fromId, link) => {
    try {
      await laneFor(from, link)({ fromId, toId: link.toId });
    } catch (error) {
      if (!(error instanceof UnconfirmedError)) throw error;
      const cause = await whereabouts(deps, link.toObject, link.toId);
      if (!(cause instanceof NotFoundError)) throw error;
      throw new MisconfiguredError(cause.message, { object: from, code: "OBJECT_NOT_FOUND", cause });
    }
  };
}

/** HubSpot did not confirm it: who was merged away may be left out, or be named by the id of the record that is left. */
class UnconfirmedError extends UnavailableError {}

/** One call about some pairs of two types. */
export type SendPairs = (
  deps: AssociatorDeps,
  from: string,
  link: Link,
  pairs: readonly Pair[],
  permit: Permit | undefined,
) => Promise<readonly (true | Error)[]>;

/** @returns the lane that gathers calls about pairs of the same two types and kind of association */
export function pairLanes(
  deps: AssociatorDeps,
  sendPairs: SendPairs,
): (from: string, link: Link) => (pair: Pair) => Promise<true> {
  const lanes = new Map<string, (pair: Pair) => Promise<true>>();
  return (from, link) => {
    const key = JSON.stringify([from, link.toObject, link.via]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const options = pairOptions(deps, sendPairs, from, link);
    const lane = createLane<Pair, true>({
      ...LANE,
      keyOf: ({ fromId, toId }) => `${fromId}>${toId}`,
      acquire: () => deps.http.acquire(),
      run: (pairs, permit) => bisect<Pair, true>(options, pairs, permit),
    });
    lanes.set(key, lane);
    return lane;
  };
}

export function pairOptions(deps: AssociatorDeps, sendPairs: SendPairs, from: string, link: Link) {
  const send = (pairs: readonly Pair[], permit: Permit | undefined) => sendPairs(deps, from, link, pairs, permit);
  return { send, isAboutSome: isAboutSomePair, guilty: () => [] };
}

/** A record of one pair that was deleted can fail the whole call; missing scopes and unknown types are everybody's. */
function isAboutSomePair(error: CrmError): boolean {
  return isAboutSomeRecord(error) || (error.kind === "misconfigured" && error.code === "OBJECT_NOT_FOUND");
}

const sendSome: SendPairs = async (deps, from, link, pairs, permit) => {
  const type = typeOf(from, link);
  const isDefault = type === undefined || type.associationTypeId === defaultType(from, link.toObject);
  const answer = await deps.http.send({
    method: "POST",
    path: deps.paths.associations(from, link.toObject, isDefault ? "/batch/associate/default" : "/batch/create"),
    body: isDefault
      ? { inputs: pairs.map(endsOf) }
      : { inputs: pairs.map((pair) => ({ types: [type], ...endsOf(pair) })) },
    operation: "associate",
    object: from,
    records: pairs.length,
    permit,
    context: { target: "external_id" },
  });
  const { answers, unclear } = judge(answer, from, pairs);
  if (unclear.length === 0) return answers;
  // To associate twice is harmless, so what was not said of many is asked again of fewer.
  const again = await inHalves<Pair, true>(pairOptions(deps, sendSome, from, link), unclear);
  return pairs.map((pair, index) => {
    const position = unclear.indexOf(pair);
    return again[position] ?? answers[index] ?? unsaid(from);
  });
};

export function endsOf({ fromId, toId }: Pair) {
  return { from: { id: fromId }, to: { id: toId } };
}

/** The two directions' ids: `from`/`to` in answers to the default call, `fromObjectId`/`toObjectId` in those to the labelled one. */
const ref = z
  .looseObject({ id: z.union([z.string(), z.number()]).transform(String) })
  .optional()
  .catch(undefined);
const idText = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const associations = z.looseObject({ results: z.array(z.unknown()).optional() });
const made = z.looseObject({ from: ref, to: ref, fromObjectId: idText, toObjectId: idText });

function judge(
  answer: HubspotAnswer,
  from: string,
  pairs: readonly Pair[],
): { answers: (true | Error)[]; unclear: Pair[] } {
  const { errors } = parseBatchAnswer(answer, from);
  const { results = [] } = associations.safeParse(answer.body).data ?? {};
  const confirmed = new Set(results.flatMap(confirmedBy));
  const isSilent = confirmed.size === 0 && results.length > 0;
  const faults = errors.map(({ envelope, status, requestId }) =>
    toCrmError(envelope, { status, requestId, object: from, target: "external_id" }),
  );
  if (pairs.length === 1) {
    const isMade = pairs.some((pair) => confirmed.has(keyOf(pair))) || (isSilent && faults.length === 0);
    return { answers: [isMade ? true : (faults[0] ?? unsaid(from))], unclear: [] };
  }
  const passing = faults.find(({ retry }) => retry);
  let left = MAX_LEFT_OUT;
  const answers = pairs.map((pair) => {
    if (confirmed.has(keyOf(pair))) return true;
    left -= 1;
    return passing ?? unsaid(from, left >= 0);
  });
  const isWorthAsking = passing === undefined && (isSilent || faults.length > 0);
  return { answers, unclear: isWorthAsking ? pairs.filter((pair) => !confirmed.has(keyOf(pair))) : [] };
}

/** An association has two directions, and an answer may name either. */
function confirmedBy(raw: unknown): string[] {
  const { data } = made.safeParse(raw);
  const [fromId, toId] = [data?.from?.id ?? data?.fromObjectId, data?.to?.id ?? data?.toObjectId];
  if (fromId === undefined || toId === undefined) return [];
  return [keyOf({ fromId, toId }), keyOf({ fromId: toId, toId: fromId })];
}

function keyOf({ fromId, toId }: Pair): string {
  return `${fromId}>${toId}`;
}

function unsaid(object: string, isToBeLookedFor = true): UnavailableError {
  const Unsaid = isToBeLookedFor ? UnconfirmedError : UnavailableError;
  return new Unsaid("HubSpot accepted the associations but did not confirm this one.", { object });
}
