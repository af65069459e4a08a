/** Look-ups: batch reads by id or by a unique property, searches only where nothing better exists. */
import { bisect } from "../bisect.ts";
import type { FindQuery } from "../connector.ts";
import { type CrmError, MisconfiguredError, NotFoundError, RejectedError, UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { comparable } from "./batch-answer.ts";
import { parseBatchAnswer, type ResultItem } from "./batch-shape.ts";
import { LANE } from "./batch-size.ts";
import { createBesides } from "./besides.ts";
import { toCrmError } from "./errors.ts";
import type { HubspotAnswer } from "./http.ts";
import { findLinked } from "./locate.ts";
import { type FinderDeps, type Found, isOf, type LookUp, propertiesToRead, resultsOf, toRecords } from "./look-up.ts";
import { createNotUnique } from "./not-unique.ts";
import { findOwners, OWNERS } from "./owners.ts";
import { search } from "./search.ts";
import { createSilence, type Silence } from "./silence.ts";
import { mergedInto, whereaboutsOf } from "./whereabouts.ts";
import type { Read } from "./wire.ts";

interface ReadDeps extends FinderDeps {
  readonly silence: Silence;
}

interface Asked {
  readonly value: string;
  readonly also: readonly string[];
}

export function createFinder(finder: FinderDeps): (query: FindQuery) => Promise<Found> {
  const deps: ReadDeps = { ...finder, silence: createSilence() };
  const lanes = new Map<string, (asked: Asked) => Promise<Found>>();
  const notUnique = createNotUnique();
  const besides = createBesides();

  function lane(lookUp: Omit<LookUp, "also">, bySearch: boolean): (asked: Asked) => Promise<Found> {
    const key = JSON.stringify([lookUp.object, lookUp.field ?? null, lookUp.select, bySearch]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const created = createLane<Asked, Found>({
      ...LANE,
      keyOf: ({ value }) => comparable(value),
      acquire: () => deps.http.acquire(bySearch ? "search" : "standard"),
      // What is read only as well sends nobody's look-up into a call of its own.
      run: (items, permit) => {
        const values = items.map(({ value }) => value);
        const also = [...new Set(items.flatMap((item) => item.also))].sort();
        const way = bySearch ? search : readAll;
        return besides.ask({ ...lookUp, also }, permit, (full, held) => way(deps, full, values, held));
      },
    });
    lanes.set(key, created);
    return created;
  }

  return async function find(query): Promise<Found> {
    const { object, by, select, also = [] } = query;
    if (object === OWNERS) return await findOwners(deps.http, query);
    if ("link" in by) return await findLinked({ ...deps, find }, object, by.link, select);
    const [field, value] = "id" in by ? [undefined, by.id] : [by.field, by.value];
    if (value.trim() === "") {
      throw new RejectedError("Nothing can be looked up by an empty value.", { object, fields: [field ?? "id"] });
    }
    const lookUp = { object, field, select: [...new Set(select)].sort() };
    const asked = { value, also };
    if (field === undefined) return await lane(lookUp, false)(asked);
    if (notUnique.has(object, field)) return await lane(lookUp, true)(asked);
    try {
      return await lane(lookUp, false)(asked);
    } catch (error) {
      if (!(error instanceof NotUniqueError)) throw error;
      notUnique.add(object, field);
      return await lane(lookUp, true)(asked);
    }
  };
}

/** The property identifies nobody, so that a read by it is refused whatever the values are. */
class NotUniqueError extends MisconfiguredError {}

const wayOf = ({ object, field }: Pick<LookUp, "object" | "field">): string => `${object}.${field ?? "id"}`;

async function readAll(
  deps: ReadDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<readonly (Found | Error)[]> {
  const answers = await bisect<string, Found>(
    {
      send: (some, held) => readSome(deps, lookUp, some, held),
      // One value that HubSpot cannot read, or 404 because one of them does not exist.
      isAboutSome: (error) => error instanceof RejectedError || error instanceof NotFoundError,
      guilty: () => [],
    },
    values,
    permit,
  );
  // Of a single value, 404 says that nobody has it.
  return answers.map((answer) => {
    if (!(answer instanceof NotFoundError) || answer.survivorId) return answer;
    deps.silence.said(wayOf(lookUp));
    return [];
  });
}

async function readSome(
  deps: ReadDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<readonly (Found | CrmError)[]> {
  try {
    return await readOnce(deps, lookUp, values, permit);
  } catch (error) {
    const { object, field } = lookUp;
    const mayBeNotUnique = error instanceof RejectedError || error instanceof MisconfiguredError;
    if (!mayBeNotUnique || field === undefined || (await deps.properties.mayBeUnique(object, field))) throw error;
    throw new NotUniqueError(error.message, { object, fields: [field], cause: error });
  }
}

async function readOnce(
  deps: ReadDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
  asked = 1,
): Promise<(Found | CrmError)[]> {
  const { object, field } = lookUp;
  const answer = await deps.http.send({
    method: "POST",
    path: deps.paths.objects(object, "/batch/read"),
    body: {
      ...(field !== undefined && { idProperty: field }),
      properties: propertiesToRead(lookUp),
      propertiesWithHistory: [],
      inputs: values.map((id) => ({ id })),
    } satisfies Read,
    operation: "find",
    object,
    records: values.length,
    permit,
    context: {
      target: "lookup",
      values: Object.fromEntries(values.map((value, index) => [`${field ?? "id"} ${index + 1}`, value])),
    },
  });
  const missing = missingIn(answer, object);
  const told = resultsOf(answer, object);
  const live = told.filter(({ archived }) => !archived);
  const answers = values.map((value) => live.filter((item) => isOf(item, field, value)));
  const unclaimed = live.filter((item) => !answers.some((items) => items.includes(item)));
  const open = values.filter((value) => !told.some((item) => isOf(item, field, value)) && !isNamed(missing, value));
  const withOpen = (found: readonly (Found | CrmError)[]): (Found | CrmError)[] =>
    values.map((value, index) => found[open.indexOf(value)] ?? toRecords(lookUp, answers[index] ?? []));
  if (field === undefined && unclaimed.length === 0 && live.length > 0 && open.length > 0) {
    // Of two ids that lead to one record HubSpot may give it once: whoever was merged into another of the call is asked for apart.
    return withOpen(await readOnce(deps, lookUp, open, undefined));
  }
  if (missing !== "unsaid") deps.silence.said(wayOf(lookUp));
  else if (unclaimed.length === 0 && open.length > 0) {
    const heard = deps.silence.heard(wayOf(lookUp), asked);
    if (heard === "ask_again") return await readOnce(deps, lookUp, values, undefined, asked + 1);
    if (heard === "unanswered" && field === undefined) {
      // Who was merged away may be left out by an account that names whoever was deleted.
      return withOpen(await whereaboutsOf(deps, object, open));
    }
    if (heard === "unanswered") {
      const message = "HubSpot left out what was looked up, and did not say that there is none as it does otherwise.";
      throw new UnavailableError(message, { object, requestId: answer.requestId });
    }
  }
  const [only] = values;
  if (only !== undefined && values.length === 1) {
    const found = alone(lookUp, only, answers[0] ?? [], unclaimed);
    return [found instanceof NotFoundError ? found : toRecords(lookUp, found)];
  }
  return await Promise.all(
    values.map(async (value, index) => {
      const items = answers[index] ?? [];
      const namesAny = missing !== "unsaid" && missing.length > 0;
      const isSaid = namesAny ? isNamed(missing, value) : unclaimed.length === 0;
      // A record that matches no value may be one that we cannot recognise; asking for one alone tells.
      if (items.length > 0 || isSaid) return toRecords(lookUp, items);
      return (await readOnce(deps, lookUp, [value], undefined))[0] ?? [];
    }),
  );
}

function isNamed(missing: readonly string[] | "unsaid", value: string): boolean {
  return missing !== "unsaid" && missing.includes(comparable(value));
}

/**
 * Whoever is missing is "not found"; any other error means that we do not know, and must not be taken for "none".
 *
 * @returns the values that HubSpot names as missing, if it names them; `unsaid` where it says of none that it is
 */
export function missingIn(answer: HubspotAnswer, object: string): string[] | "unsaid" {
  const { errors } = parseBatchAnswer(answer, object);
  const { requestId } = answer;
  const failure = errors.find(
    ({ envelope }) => envelope.category !== "OBJECT_NOT_FOUND" && !/not.?found/i.test(envelope.message ?? ""),
  );
  if (failure !== undefined) {
    throw toCrmError(failure.envelope, { status: failure.status === 429 ? 429 : 500, requestId, object });
  }
  if (answer.status === 207 && errors.length === 0) {
    throw new UnavailableError("HubSpot says that some look-ups failed, and not which.", { object, requestId });
  }
  return errors.length === 0 ? "unsaid" : errors.flatMap(({ ids }) => ids.map(comparable));
}

/**
 * What HubSpot returns for one value alone, it holds to match, unless the record itself says otherwise: to take another
 * person's record for this one is worse than to find nothing.
 *
 * @returns a NotFoundError where, asked for by its id, it is another record, which that one was merged into
 */
function alone(
  { object, field }: LookUp,
  asked: string,
  own: readonly ResultItem[],
  others: readonly ResultItem[],
): ResultItem[] | NotFoundError {
  if (own.length > 0) return [...own];
  const [only, ...more] = others;
  if (only === undefined) return [];
  if (field === undefined && more.length === 0) return mergedInto(only.id, asked, object);
  const stated = field && only.properties?.[field];
  if (more.length === 0 && (stated === undefined || stated === null || stated === "")) return [only];
  throw new UnavailableError("HubSpot answered a look-up with a record that does not match it.", { object });
}
