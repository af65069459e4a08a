/** Associations between records, gathered per pair of object types and kind of association. */
import { z } from "zod";
import type { Link } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { envelope, toCrmError } from "./errors.ts";
import type { HubspotHttp } from "./http.ts";
import { LANE } from "./lanes.ts";
import { defaultType, type Paths } from "./paths.ts";

/** As HubSpot's create calls want an association inline. */
export interface InlineAssociation {
  readonly to: { readonly id: string };
  readonly types: readonly { readonly associationCategory: string; readonly associationTypeId: number }[];
}

const associateAnswer = z.looseObject({
  results: z.array(z.unknown()).optional(),
  errors: z.array(envelope).optional(),
  numErrors: z.number().optional(),
});

interface Pair {
  readonly fromId: string;
  readonly toId: string;
}

/** @returns undefined when the type has no number, so that it cannot be given inline */
export function inlineAssociation(from: string, link: Link): InlineAssociation | undefined {
  const type = typeOf(from, link);
  return type === undefined ? undefined : { to: { id: link.toId }, types: [type] };
}

function typeOf(from: string, link: Link): { associationCategory: string; associationTypeId: number } | undefined {
  const number = link.via === "default" ? defaultType(from, link.toObject) : Number(link.via.replace(/^[A-Z_]+:/, ""));
  if (number === undefined || !Number.isInteger(number)) return undefined;
  const category = /^([A-Z_]+):/.exec(link.via)?.[1] ?? "HUBSPOT_DEFINED";
  return { associationCategory: category, associationTypeId: number };
}

export function createAssociator(deps: {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly acquire: () => Promise<Permit>;
}): (from: string, fromId: string, link: Link) => Promise<void> {
  const lanes = new Map<string, (pair: Pair) => Promise<true>>();

  function laneFor(from: string, link: Link): (pair: Pair) => Promise<true> {
    const key = JSON.stringify([from, link.toObject, link.via]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lane = createLane<Pair, true>({
      ...LANE,
      keyOf: ({ fromId, toId }) => `${fromId}>${toId}`,
      acquire: deps.acquire,
      run: (pairs, permit) => send(deps, from, link, pairs, permit),
    });
    lanes.set(key, lane);
    return lane;
  }

  return async (from, fromId, link) => {
    await laneFor(from, link)({ fromId, toId: link.toId });
  };
}

async function send(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  from: string,
  link: Link,
  pairs: readonly Pair[],
  permit: Permit,
): Promise<(true | Error)[]> {
  const type = typeOf(from, link);
  const isDefault = type === undefined || type.associationTypeId === defaultType(from, link.toObject);
  const { body } = await deps.http.send({
    method: "POST",
    path: deps.paths.associations(from, link.toObject, isDefault ? "/batch/associate/default" : "/batch/create"),
    body: {
      inputs: pairs.map(({ fromId, toId }) => ({
        ...(!isDefault && { types: [type] }),
        from: { id: fromId },
        to: { id: toId },
      })),
    },
    operation: "associate",
    object: from,
    records: pairs.length,
    permit,
    context: { target: "id" },
  });
  const parsed = associateAnswer.safeParse(body);
  if (!parsed.success)
    throw new UnavailableError("HubSpot's answer to an association cannot be read.", { object: from });
  const { errors = [], results = [] } = parsed.data;
  if (errors.length === 0 && results.length === 0) {
    throw new UnavailableError("HubSpot accepted the associations but confirmed none.", { object: from });
  }
  return pairs.map((pair) => {
    const fault =
      errors.find((error) => JSON.stringify(error.context ?? error).includes(`"${pair.fromId}"`)) ??
      (pairs.length === 1 ? errors[0] : undefined);
    return fault === undefined ? true : toCrmError(fault, { status: 400, object: from, target: "external_id" });
  });
}
