/** "Read associations": what records are associated with, a thousand records a call. */
import { bisect } from "../bisect.ts";
import { type Associations, type Connector, type LinkKind, labelOf } from "../connector.ts";
import { NotFoundError, RejectedError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { type AssociatorDeps, typeOf } from "./associate.ts";
import { LANE } from "./batch-size.ts";
import { type Associated, associated, associationsIn, nextOf } from "./locate.ts";
import { defaultType } from "./paths.ts";
import type { ReadAssociations } from "./wire.ts";

/** "Associations: Limits". */
const MAX_INPUTS = 1_000;

/** `undefined`: HubSpot did not say whose these are. */
type Read = readonly Associated[] | undefined;

export function createAssociations(deps: AssociatorDeps): NonNullable<Connector["associations"]> {
  const lanes = new Map<string, (id: string) => Promise<{ readonly read: Read }>>();

  function lane(from: string, to: string): (id: string) => Promise<{ readonly read: Read }> {
    const key = JSON.stringify([from, to]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const created = createLane<string, { readonly read: Read }>({
      ...LANE,
      maxSize: MAX_INPUTS,
      keyOf: (id) => id,
      acquire: () => deps.http.acquire(),
      run: (ids, permit) =>
        bisect<string, { readonly read: Read }>(
          {
            send: (some, held) => readSome(deps, { from, to }, some, held),
            isAboutSome: (error) => error instanceof RejectedError || error instanceof NotFoundError,
            guilty: () => [],
          },
          ids,
          permit,
        ),
    });
    lanes.set(key, created);
    return created;
  }

  return async (object, id, kinds) => {
    const byObject = [...Map.groupBy(kinds, ({ toObject }) => toObject)];
    const told = byObject.map(async ([toObject, some]): Promise<Associations[]> => {
      const { read } = await lane(object, toObject)(id.trim());
      if (read === undefined) return [];
      return some.map((kind) => ({ ...kind, toIds: read.filter(isOf(object, kind)).map((one) => one.toObjectId) }));
    });
    return (await Promise.all(told)).flat();
  };
}

async function readSome(
  deps: AssociatorDeps,
  { from, to }: { readonly from: string; readonly to: string },
  ids: readonly string[],
  permit: Permit | undefined,
): Promise<{ readonly read: Read }[]> {
  const answer = await deps.http.send({
    method: "POST",
    path: deps.paths.associations(from, to, "/batch/read"),
    body: { inputs: ids.map((id) => ({ id })) } satisfies ReadAssociations,
    operation: "associations",
    object: from,
    records: ids.length,
    permit,
    context: { target: "lookup" },
  });
  const results = associationsIn(answer, from);
  const isClear = ids.length === 1 || results.every((result) => result.from !== undefined);
  return await Promise.all(
    ids.map(async (id) => {
      const its = results.filter((result) => ids.length === 1 || result.from?.id === id);
      // Who is associated with nothing may be left out.
      if (its.length === 0 && !isClear) return { read: undefined };
      const next = its.map(nextOf).find((cursor) => cursor !== undefined);
      const more = next === undefined ? [] : await associated(deps, from, id, to, next);
      return { read: [...its.flatMap((result) => result.to), ...more] };
    }),
  );
}

/** The plain association is there beside every label, and whoever is associated at all is so plainly. */
function isOf(from: string, kind: LinkKind): (one: Associated) => boolean {
  const label = labelOf(kind.via);
  const type = label === undefined ? typeOf(from, { ...kind, toId: "" }) : undefined;
  const isPlain =
    type?.associationCategory === "HUBSPOT_DEFINED" && type.associationTypeId === defaultType(from, kind.toObject);
  return ({ associationTypes: types }) => {
    // What is not told is not held to be gone.
    if (types === undefined || isPlain || (label === undefined && type === undefined)) return true;
    if (label !== undefined) return types.some((one) => one.label === label);
    return types.some(
      ({ category, typeId }) => category === type?.associationCategory && typeId === type.associationTypeId,
    );
  };
}
