/** Look-ups: batch reads by id or by a unique property, searches only where nothing better exists. */
import { z } from "zod";
import type { CrmRecord, FindQuery } from "../connector.ts";
import { MisconfiguredError, NotFoundError, RejectedError, UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import { envelope, toCrmError } from "./errors.ts";
import type { HubspotHttp } from "./http.ts";
import { LANE } from "./lanes.ts";
import type { Paths } from "./paths.ts";
import type { Properties } from "./properties.ts";

const readAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.union([z.string(), z.number()]).transform(String),
      properties: z.record(z.string(), z.string().nullish()).optional(),
    }),
  ),
  errors: z.array(envelope).optional(),
  paging: z.looseObject({ next: z.looseObject({ after: z.union([z.string(), z.number()]) }).optional() }).nullish(),
});
type ReadAnswer = z.infer<typeof readAnswer>;

type Lane = (value: string) => Promise<readonly CrmRecord[]>;
type Answers = (readonly CrmRecord[])[];

export interface FinderDeps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly properties: Properties;
  readonly acquire: (kind: "standard" | "search") => Promise<Permit>;
}

export function createFinder(deps: FinderDeps): (query: FindQuery) => Promise<readonly CrmRecord[]> {
  const lanes = new Map<string, Lane>();
  const notUnique = new Set<string>();

  function lane(object: string, field: string | undefined, select: readonly string[], bySearch: boolean): Lane {
    const key = JSON.stringify([object, field ?? null, [...select].sort(), bySearch]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lookUp = { object, field, select };
    const created = createLane<string, readonly CrmRecord[]>({
      ...LANE,
      keyOf: normal,
      acquire: () => deps.acquire(bySearch ? "search" : "standard"),
      run: (values, permit) => (bySearch ? search(deps, lookUp, values, permit) : read(deps, lookUp, values, permit)),
    });
    lanes.set(key, created);
    return created;
  }

  return async ({ object, by, select }) => {
    if ("id" in by) return await lane(object, undefined, select, false)(by.id);
    const { field, value } = by;
    const property = `${object}.${field}`;
    if (notUnique.has(property)) return await lane(object, field, select, true)(value);
    try {
      return await lane(object, field, select, false)(value);
    } catch (error) {
      const mayBeNotUnique = error instanceof RejectedError || error instanceof MisconfiguredError;
      if (!mayBeNotUnique || (await deps.properties.isUnique(object, field))) throw error;
      notUnique.add(property);
      return await lane(object, field, select, true)(value);
    }
  };
}

interface LookUp {
  readonly object: string;
  /** Undefined: by HubSpot's own id. */
  readonly field: string | undefined;
  readonly select: readonly string[];
}

/** A read in which nothing exists may be answered with 404 as a whole; halving finds out who is missing. */
async function read(deps: FinderDeps, lookUp: LookUp, values: readonly string[], permit?: Permit): Promise<Answers> {
  try {
    return await readOnce(deps, lookUp, values, permit);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    if (values.length === 1) return [[]];
    const middle = Math.ceil(values.length / 2);
    const left = await read(deps, lookUp, values.slice(0, middle));
    return [...left, ...(await read(deps, lookUp, values.slice(middle)))];
  }
}

async function readOnce(
  deps: FinderDeps,
  lookUp: LookUp,
  values: readonly string[],
  permit: Permit | undefined,
): Promise<Answers> {
  const { object, field } = lookUp;
  const { body } = await deps.http.send({
    method: "POST",
    path: deps.paths.objects(object, "/batch/read"),
    body: {
      ...(field !== undefined && { idProperty: field }),
      properties: propertiesToRead(lookUp),
      propertiesWithHistory: [],
      inputs: values.map((id) => ({ id })),
    },
    operation: "find",
    object,
    records: values.length,
    ...(permit && { permit }),
    context: {
      target: "lookup",
      values: Object.fromEntries(values.map((value, index) => [`${field ?? "id"} ${index + 1}`, value])),
    },
  });
  const answer = parseAnswer(body, object);
  refuseFailedLookUps(answer, object);
  return share(lookUp, values, answer);
}

/** Whoever is missing is "not found"; any other error means that we do not know, and must not be taken for "none". */
function refuseFailedLookUps(answer: ReadAnswer, object: string): void {
  const failure = answer.errors?.find(
    (error) => error.category !== "OBJECT_NOT_FOUND" && !/not.?found/i.test(error.message ?? ""),
  );
  if (failure === undefined) return;
  throw toCrmError(failure, { status: failure.category === "RATE_LIMITS" ? 429 : 500, object });
}

async function search(deps: FinderDeps, lookUp: LookUp, values: readonly string[], permit: Permit): Promise<Answers> {
  const { object, field } = lookUp;
  const all: ReadAnswer = { results: [] };
  let after: string | number | undefined;
  let held: Permit | undefined = permit;
  do {
    const { body } = await deps.http.send({
      method: "POST",
      path: deps.paths.objects(object, "/search"),
      body: {
        filterGroups: [
          { filters: [{ propertyName: field, operator: "IN", values: values.map((value) => value.toLowerCase()) }] },
        ],
        properties: propertiesToRead(lookUp),
        limit: 100,
        ...(after !== undefined && { after: String(after) }),
      },
      operation: "search",
      object,
      records: values.length,
      kind: "search",
      ...(held && { permit: held }),
    });
    const answer = parseAnswer(body, object);
    all.results.push(...answer.results);
    after = answer.paging?.next?.after;
    held = undefined;
  } while (after !== undefined);
  return share(lookUp, values, all);
}

function parseAnswer(body: unknown, object: string): ReadAnswer {
  const parsed = readAnswer.safeParse(body);
  if (!parsed.success) throw new UnavailableError("HubSpot's answer to a look-up has no results list.", { object });
  return parsed.data;
}

function propertiesToRead({ field, select }: LookUp): string[] {
  const secondary = field === "email" ? ["hs_additional_emails"] : [];
  return [...new Set([...(field === undefined ? [] : [field]), ...secondary, ...select])];
}

function share(lookUp: LookUp, values: readonly string[], answer: ReadAnswer): Answers {
  const records = answer.results.map((result): CrmRecord => {
    const properties = Object.entries(result.properties ?? {}).map(([name, value]) => [name, value || null]);
    return { object: lookUp.object, id: result.id, values: Object.fromEntries(properties) };
  });
  return values.map((value) => records.filter((record) => matches(record, lookUp.field, value)));
}

/** A contact also answers to its additional e-mails, kept as one list with semicolons. */
function matches(record: CrmRecord, field: string | undefined, value: string): boolean {
  if (field === undefined) return record.id === value;
  const own = String(record.values[field] ?? "");
  const others = field === "email" ? String(record.values.hs_additional_emails ?? "").split(";") : [];
  return [own, ...others].some((one) => normal(one) === normal(value));
}

function normal(value: string): string {
  return value.trim().toLowerCase();
}
