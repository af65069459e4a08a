/**
 * Calls of a size that this CRM takes. Where a trigger, flow or limit of its own fails a call because it is large, the
 * records that failed so are sent again in smaller calls, down to one; what fails alone is that record's own fault. What
 * size went through is remembered, so that the next call does not pay for it.
 */
import { type BisectOptions, bisect, settled } from "./bisect.ts";
import type { CallSizes } from "./connector.ts";
import { CrmError, UnavailableError } from "./errors.ts";
import type { Permit } from "./lane.ts";

export interface FittingOptions<Item, Answer> extends BisectOptions<Item, Answer> {
  readonly object: string;
  readonly sizes: CallSizes;
  /** Whether a record that is known to have failed so may pass in a smaller call. Never true where it may have been written. */
  readonly failedTogether: (error: CrmError) => boolean;
}

/** For one connector alone, while it lasts. */
export function sizesInMemory(): CallSizes {
  const sizes = new Map<string, number>();
  return { get: async (object) => sizes.get(object), set: async (object, size) => void sizes.set(object, size) };
}

/** @throws what fails all of them alike, as `bisect` does */
export async function inFittingCalls<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  permit?: Permit,
): Promise<readonly (Answer | Error)[]> {
  const send: BisectOptions<Item, Answer>["send"] = (some, held) => answered(options, some, held);
  const { object, sizes } = options;
  const answers = await bisect({ ...options, send }, items, permit);
  const isTogether = (answer: Answer | Error | undefined): boolean =>
    answer instanceof CrmError && options.failedTogether(answer);
  const failed = items.filter((_item, index) => isTogether(answers[index]));
  if (failed.length === 0 || items.length === 1) return answers;
  const most = Math.ceil(items.length / 2);
  const again = await inParts(options, failed, most);
  // A record that fails alone explains why the larger calls failed; only where there is none, their size is to blame.
  if (!again.some(isTogether)) await sizes.set(object, await fittingSize(sizes, object, most));
  const byItem = new Map(failed.map((item, index) => [item, again[index]]));
  return items.map((item, index) => byItem.get(item) ?? answers[index] ?? unsaid(options));
}

function unsaid({ object }: { readonly object: string }): Error {
  return new UnavailableError("The CRM said nothing about this record.", { object });
}

/** A whole call that was refused for its size says it of each of its records. */
async function answered<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  permit: Permit | undefined,
): Promise<readonly (Answer | Error)[]> {
  try {
    return await options.send(items, permit);
  } catch (error) {
    if (error instanceof CrmError && options.failedTogether(error)) return items.map(() => error);
    throw error;
  }
}

/** One after the other, so that what the first teaches spares the others their failures. */
async function inParts<Item, Answer>(
  options: FittingOptions<Item, Answer>,
  items: readonly Item[],
  most: number,
): Promise<(Answer | Error)[]> {
  const answers: (Answer | Error)[] = [];
  while (answers.length < items.length) {
    const part = items.slice(answers.length, answers.length + (await fittingSize(options.sizes, options.object, most)));
    answers.push(...(await settled(part, (some) => inFittingCalls(options, some))));
  }
  return answers;
}

/** @returns the learnt size, where it is smaller */
export async function fittingSize(sizes: CallSizes, object: string, most: number): Promise<number> {
  return Math.min(most, (await sizes.get(object)) ?? most);
}
