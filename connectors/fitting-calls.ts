/**
 * Calls of a size that this CRM takes. Where a trigger, flow or limit of its own fails a call because it is large, the
 * records that failed so are sent again in smaller calls, down to one; what fails alone is that record's own fault. On the
 * way they find the most that fits, which is remembered, so that the next call does not pay for it.
 */
import { type BisectOptions, bisect, settled } from "./bisect.ts";
import type { CallSizes } from "./connector.ts";
import { CrmError, UnavailableError } from "./errors.ts";
import type { Permit } from "./lane.ts";
import { failedAt, firstRange, nextSize, wentThrough } from "./size-range.ts";

export interface FittingOptions<Item, Answer> extends BisectOptions<Item, Answer> {
  readonly object: string;
  readonly sizes: CallSizes;
  /** Whether a record that is known to have failed so may pass in a smaller call. Never true where it may have been written. */
  readonly failedTogether: (error: CrmError) => boolean;
}

type Answers<Answer> = readonly (Answer | Error)[];
type SendAgain<Item, Answer> = (failed: readonly Item[]) => Promise<Answers<Answer>>;

/** For one connector alone, while it lasts. */
export function sizesInMemory(): CallSizes {
  const sizes = new Map<string, number>();
  return {
    async get(object) {
      const learnt = sizes.get(object);
      return learnt === undefined ? undefined : { learnt, most: learnt };
    },
    set: async (object, size) => void sizes.set(object, size),
  };
}

/** @returns the size that may be tried by now, where it is smaller */
export async function fittingSize(sizes: CallSizes, object: string, most: number): Promise<number> {
  return Math.min(most, (await sizes.get(object))?.most ?? most);
}

/** @throws what fails all of them alike, as `bisect` does */
export async function inFittingCalls<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  permit?: Permit,
): Promise<Answers<Answer>> {
  const answers = await inOneCall(options, items, permit);
  return await repaired(options, items, answers, (failed) => inSmallerCalls(options, failed, items.length));
}

/** A whole call that was refused for its size says it of each of its records. */
async function inOneCall<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  permit?: Permit,
): Promise<Answers<Answer>> {
  const send: BisectOptions<Item, Answer>["send"] = async (some, held) => {
    try {
      return await options.send(some, held);
    } catch (error) {
      if (error instanceof CrmError && options.failedTogether(error)) return some.map(() => error);
      throw error;
    }
  };
  return await bisect({ ...options, send }, items, permit);
}

/** What failed together is sent again, and nothing else. */
async function repaired<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  answers: Answers<Answer>,
  sendAgain: SendAgain<Item, Answer>,
): Promise<Answers<Answer>> {
  const failed = togetherIn(options, items, answers);
  if (failed.length === 0 || items.length === 1) return answers;
  const again = await sendAgain(failed);
  const byItem = new Map(failed.map((item, index) => [item, again[index]]));
  return items.map((item, index) => byItem.get(item) ?? answers[index] ?? unsaid(options));
}

/** One after the other, so that what the first teaches spares the others their failures. */
async function inSmallerCalls<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  tooMany: number,
): Promise<Answers<Answer>> {
  const { object, sizes } = options;
  const known = new Map<Item, Answer | Error | undefined>();
  const tell = (some: readonly Item[], answers: Answers<Answer>) => {
    for (const [index, item] of some.entries()) known.set(item, answers[index]);
  };
  let range = firstRange(tooMany, (await sizes.get(object))?.learnt);
  let rest = items;
  /** How many of the rest failed in the smallest call yet: not before all of them have passed is its size to blame. */
  let suspects = items.length;
  while (rest.length > 0) {
    const part = rest.slice(0, nextSize(range));
    const answers = await settled(part, (some) => inOneCall(options, some));
    tell(part, answers);
    const failed = togetherIn(options, part, answers);
    rest = [...failed, ...rest.slice(part.length)];
    if (failed.length === 0) {
      if (answers.some(isSaid)) range = wentThrough(range, part.length);
      suspects -= part.length;
    } else if (part.length > Math.max(1, range.fits)) {
      range = failedAt(range, part.length);
      suspects = failed.length;
    } else {
      const again = part.length === 1 ? answers : await inHalves(options, failed);
      tell(failed, again);
      rest = rest.slice(failed.length);
      if (togetherIn(options, failed, again).length > 0) {
        // A record that fails alone explains why the larger calls failed: nothing is known of any size.
        tell(rest, await inHalvesAtMost(options, rest));
        break;
      }
      range = wentThrough(failedAt(range, part.length), Math.ceil(part.length / 2));
      suspects = 0;
    }
    if (suspects <= 0 && range.fits > 0) await sizes.set(object, range.fits);
  }
  return items.map((item) => known.get(item) ?? unsaid(options));
}

/** Where a record is at fault, and no size. */
async function inHalvesAtMost<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
): Promise<Answers<Answer>> {
  if (items.length === 0) return [];
  const answers = await settled(items, (some) => inOneCall(options, some));
  return await repaired(options, items, answers, (failed) => inHalves(options, failed));
}

async function inHalves<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
): Promise<Answers<Answer>> {
  const middle = Math.ceil(items.length / 2);
  const left = await inHalvesAtMost(options, items.slice(0, middle));
  return [...left, ...(await inHalvesAtMost(options, items.slice(middle)))];
}

/** @returns those that failed with others, and may pass with fewer */
function togetherIn<Item, Answer>(
  { failedTogether }: FittingOptions<Item, Answer>,
  items: readonly Item[],
  answers: Answers<Answer>,
): readonly Item[] {
  return items.filter((_item, index) => {
    const answer = answers[index];
    return answer instanceof CrmError && failedTogether(answer);
  });
}

function isSaid<Answer>(answer: Answer | Error): boolean {
  return !(answer instanceof Error);
}

function unsaid({ object }: { readonly object: string }): Error {
  return new UnavailableError("The CRM said nothing about this record.", { object });
}
