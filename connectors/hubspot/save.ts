/**
 * Writes. A record that was never tried is created with its associations in one call where HubSpot can tell us that it
 * exists already (a unique property); in every other case the write is an upsert, or a look and then an update or create.
 */
import type { CallSizes, CrmRecord, FindQuery, Link, RecordWrite, SavedRecord } from "../connector.ts";
import { CrmError, DuplicateError, MisconfiguredError, RejectedError } from "../errors.ts";
import { fittingSize } from "../fitting-calls.ts";
import { createLane } from "../lane.ts";
import { inlineAssociation } from "./associate.ts";
import { type BatchInput, type BatchResult, sendBatch, toProperties } from "./batch.ts";
import { comparable } from "./batch-answer.ts";
import { LANE } from "./batch-size.ts";
import { createForbidden } from "./forbidden.ts";
import type { HubspotHttp } from "./http.ts";
import { type ByExternalId, locate } from "./locate.ts";
import { createNotUnique } from "./not-unique.ts";
import type { Paths } from "./paths.ts";
import type { ForgetPlain } from "./plain.ts";
import type { Properties } from "./properties.ts";
import { LeftOutError, MAX_LEFT_OUT, whereabouts } from "./whereabouts.ts";
import type { InlineAssociation, WriteInputs } from "./wire.ts";

export interface SaverDeps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly properties: Properties;
  readonly find: (query: FindQuery) => Promise<readonly CrmRecord[]>;
  readonly associate: (from: string, fromId: string, link: Link) => Promise<void>;
  readonly dissociate: (from: string, fromId: string, link: Link) => Promise<void>;
  readonly forgetPlain: ForgetPlain;
  readonly sizes: CallSizes;
  /** Most records in a call, whatever is learnt. */
  readonly batchSize: number;
}

type Save = (write: RecordWrite) => Promise<SavedRecord>;
type ByMatch = RecordWrite & { readonly target: { readonly by: "match" } };
type ById = RecordWrite & { readonly target: { readonly by: "id" } };
type Operation = keyof WriteInputs;

export function createSaver(deps: SaverDeps): Save {
  const lanes = new Map<string, Save>();
  const notUnique = createNotUnique();
  const forbidden = createForbidden();

  function lane(operation: Operation, write: RecordWrite): Save {
    const { object, target } = write;
    const key = JSON.stringify([operation, object, target.by === "id" ? null : target.field]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const created = createLane<RecordWrite, SavedRecord>({
      ...LANE,
      maxSize: deps.batchSize,
      size: () => fittingSize(deps.sizes, object, deps.batchSize),
      keyOf: (one) => comparable(keyOf(one)),
      acquire: () => deps.http.acquire(),
      run: async (writes, permit) => {
        const call = { path: deps.paths.objects(object, `/batch/${operation}`), operation, object };
        const results = await sendBatch({ ...deps, forbidden }, call, writes.map(INPUTS[operation]), permit);
        // What HubSpot did not mention is left for the lane to call a failure.
        const saved = results.map((result) => toSaved(result, operation)) as (SavedRecord | Error)[];
        return operation === "update" ? withLeftOut(saved, object) : saved;
      },
    });
    lanes.set(key, created);
    return created;
  }

  async function link(write: RecordWrite, saved: SavedRecord): Promise<SavedRecord> {
    const { object, links, unlink: gone = [] } = write;
    // "Deleting an unlabeled association will also delete all labeled associations between those two objects", and what is
    // taken away by one name may be the same as what is made by another. The id of a record that was merged away leads to the one
    // that is left, so what is taken from it is taken from whatever is of its kind.
    const [after, before] = partition(links, (link) => gone.some(({ toObject }) => link.toObject === toObject));
    await Promise.all(before.map((one) => deps.associate(object, saved.id, one)));
    await Promise.all(gone.map((one) => deps.dissociate(object, saved.id, one)));
    await deps.forgetPlain(object, saved.id, gone, links);
    await Promise.all(after.map((one) => deps.associate(object, saved.id, one)));
    return saved;
  }

  async function update(write: ById): Promise<SavedRecord> {
    const { id } = write.target;
    const nothing = Object.keys(write.values).length === 0;
    const saved = nothing ? { id, created: false } : await updateOne(write);
    return await link(write, saved);
  }

  async function updateOne(write: ById): Promise<SavedRecord> {
    try {
      return await lane("update", write)(write);
    } catch (error) {
      throw error instanceof LeftOutError ? await whereabouts(deps, write.object, write.target.id) : error;
    }
  }

  async function upsert(write: ByExternalId): Promise<SavedRecord> {
    try {
      return await link(write, await lane("upsert", write)(write));
    } catch (error) {
      const { object, target } = write;
      const mayBeNotUnique = error instanceof RejectedError || error instanceof MisconfiguredError;
      if (!mayBeNotUnique || (await deps.properties.mayBeUnique(object, target.field))) throw error;
      notUnique.add(object, target.field);
      return await saveWithoutUpsert(write);
    }
  }

  async function saveWithoutUpsert(write: ByExternalId): Promise<SavedRecord> {
    const existing = write.target.expect === "new" ? undefined : await locate(deps, write);
    if (existing === undefined) return await create(write);
    const target = { by: "id", id: existing } as const;
    return await update({ ...write, target });
  }

  /** "Partial upserts are not supported when using email as idProperty": look, then update or create. */
  async function saveByEmail(write: ByExternalId): Promise<SavedRecord> {
    try {
      return await saveWithoutUpsert(write);
    } catch (error) {
      const isThere = error instanceof DuplicateError && write.target.expect === "new";
      if (!isThere) throw error;
      return await saveWithoutUpsert({ ...write, target: { ...write.target, expect: "unknown" } });
    }
  }

  async function create(write: ByExternalId | ByMatch): Promise<SavedRecord> {
    const saved = await lane("create", write)(write);
    const left = write.links.filter((one) => inlineAssociation(write.object, one) === undefined);
    return await link({ ...write, links: left }, saved);
  }

  async function saveByExternalId(write: ByExternalId): Promise<SavedRecord> {
    const { object, target, links } = write;
    if (target.field === "email") return await saveByEmail(write);
    if (notUnique.has(object, target.field)) return await saveWithoutUpsert(write);
    const saysSo = links.length > 0 && links.every((one) => inlineAssociation(object, one) !== undefined);
    if (target.expect !== "new" || !saysSo) return await upsert(write);
    try {
      return await create(write);
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      return await upsert(write);
    }
  }

  return async (write) => {
    const { target } = write;
    switch (target.by) {
      case "id":
        return await update({ ...write, target });
      case "match":
        return await create({ ...write, target });
      case "external_id":
        return await saveByExternalId({ ...write, target });
    }
  };
}

type Inputs = {
  readonly [Name in keyof WriteInputs]: (write: RecordWrite) => BatchInput & { readonly input: WriteInputs[Name] };
};

const INPUTS: Inputs = {
  create: (write) => ({
    ...common(write),
    input: {
      properties: toProperties(allValues(write)),
      associations: inlineAssociations(write),
    },
  }),
  update: (write) => ({ ...common(write), input: { id: keyOf(write), properties: toProperties(write.values) } }),
  upsert: (write) => ({
    ...common(write),
    input: {
      id: keyOf(write),
      ...(write.target.by === "external_id" && { idProperty: write.target.field }),
      properties: toProperties(allValues(write)),
    },
  }),
};

/** All associations of a new record, those to the same other record as one with several types. */
function inlineAssociations({ object, links }: RecordWrite): InlineAssociation[] {
  const byRecord = Object.groupBy(links, ({ toObject, toId }) => `${toObject}:${toId}`);
  return Object.values(byRecord).flatMap((some = []) => {
    const [first, ...others] = some.flatMap((one) => inlineAssociation(object, one) ?? []);
    return first === undefined ? [] : [{ ...first, types: [first, ...others].flatMap(({ types }) => types) }];
  });
}

function partition(links: readonly Link[], isIn: (link: Link) => boolean): readonly [Link[], Link[]] {
  return [links.filter(isIn), links.filter((link) => !isIn(link))];
}

function common(write: RecordWrite): Omit<BatchInput, "input"> {
  const { target } = write;
  const property = target.by === "id" ? undefined : target.field;
  return { claim: { property, value: keyOf(write) }, values: allValues(write) };
}

function allValues({ target, values }: RecordWrite): RecordWrite["values"] {
  return target.by === "id" ? values : { ...values, [target.field]: target.value };
}

function keyOf({ target }: RecordWrite): string {
  return target.by === "id" ? target.id : target.value;
}

/** Who is left out of an answer without a word may have been merged into another record. */
function withLeftOut(saved: readonly (SavedRecord | Error | undefined)[], object: string): (SavedRecord | Error)[] {
  let left = MAX_LEFT_OUT;
  return saved.map((one) => {
    if (one !== undefined || left === 0) return one;
    left -= 1;
    return new LeftOutError(object);
  }) as (SavedRecord | Error)[];
}

function toSaved(result: BatchResult, operation: Operation): SavedRecord | Error | undefined {
  if (result === undefined || result instanceof CrmError) return result;
  return { id: result.id, created: operation === "create" || (operation === "upsert" && result.isNew) };
}
