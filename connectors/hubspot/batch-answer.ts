/**
 * Whose result is it? A result that is given to the wrong input ties a booking to a stranger's record, so it belongs to
 * an input only if something in it says so and nothing in it says otherwise.
 */
import type { NotFoundError } from "../errors.ts";
import type { ResultItem } from "./batch-shape.ts";
import { mergedInto } from "./whereabouts.ts";

/** By what an input's result is known, beside its trace id. */
export interface Claim {
  /** Undefined: HubSpot's own id. */
  readonly property: string | undefined;
  readonly value: string;
}

export interface Matched {
  /** By the input's index; an error where the result is about a record other than the one that was asked for. */
  readonly byInput: ReadonlyMap<number, ResultItem | NotFoundError>;
  /** Results that are nobody's, or of which it cannot be said whose they are. */
  readonly strangers: number;
}

export function matchResults(claims: readonly Claim[], results: readonly (ResultItem | undefined)[]): Matched {
  const byValue = new Map(claims.map(({ value }, index) => [comparable(value), index]));
  const found = new Map<number, ResultItem[]>();
  let strangers = 0;
  for (const result of results) {
    const index = result && ownerOf(result, claims, byValue);
    if (result === undefined || index === undefined) strangers += 1;
    else found.set(index, [...(found.get(index) ?? []), result]);
  }
  const certain = [...found].filter(([, items]) => new Set(items.map(({ id }) => id)).size === 1);
  const times = countIds(certain.flatMap(([, [item]]) => item?.id ?? []));
  const byInput = new Map<number, ResultItem | NotFoundError>();
  for (const [index, [item]] of certain) {
    const claim = claims[index];
    // One record cannot be the answer to two inputs.
    if (item === undefined || claim === undefined || (times.get(item.id) ?? 0) > 1) strangers += 1;
    else byInput.set(index, isOther(item, claim) ? mergedInto(item.id, claim.value) : item);
  }
  return { byInput, strangers: strangers + (found.size - certain.length) };
}

function ownerOf(
  result: ResultItem,
  claims: readonly Claim[],
  byValue: ReadonlyMap<string, number>,
): number | undefined {
  const traced = result.traceId === undefined ? undefined : claims[Number(result.traceId)] && Number(result.traceId);
  if (result.traceId !== undefined && traced === undefined) return undefined;
  const [only] = claims;
  const stated = statedValue(result, only?.property);
  const keyed = stated === undefined ? undefined : byValue.get(comparable(stated));
  const byId = only !== undefined && only.property === undefined;
  if (traced !== undefined) {
    // Asked by id and answered, on our own trace, under an id that nobody asked for: the record was merged away.
    const agrees = stated === undefined || keyed === traced || (byId && keyed === undefined);
    return agrees ? traced : undefined;
  }
  if (keyed !== undefined) return keyed;
  return claims.length === 1 && (stated === undefined || byId) ? 0 : undefined;
}

/** The value that the result itself gives for the property it was asked by. */
function statedValue(result: ResultItem, property: string | undefined): string | undefined {
  if (property === undefined) return result.id;
  const value = result.properties?.[property];
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

function isOther(result: ResultItem, { property, value }: Claim): boolean {
  return property === undefined && result.id !== value;
}

function countIds(ids: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}

/** HubSpot compares text without regard to case, and may give it back in its own spelling. */
export function comparable(value: string): string {
  return value.trim().normalize().toLowerCase();
}
