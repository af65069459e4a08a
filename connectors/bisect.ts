/** One bad record can make a CRM refuse a whole call; halving the call finds it, so that it fails alone. */
import { CrmError } from "./errors.ts";
import type { Permit } from "./lane.ts";

/** Sends some items in one call, and answers each in order. Rejecting means that the call failed as a whole. */
export type SendSome<Item, Answer> = (
  items: readonly Item[],
  permit: Permit | undefined,
) => Promise<readonly (Answer | Error)[]>;

export interface BisectOptions<Item, Answer> {
  readonly send: SendSome<Item, Answer>;
  /** Whether this refusal may be some items' fault alone; outages, limits and locks never are. */
  readonly isAboutSome: (error: CrmError) => boolean;
  /** Items that the refusal certainly applies to: they need not be sent again to know. */
  readonly guilty: (items: readonly Item[], error: CrmError) => readonly Item[];
}

/** @throws what fails all of them alike. The permit is for the first call; each further one waits for its own. */
export async function bisect<Item, Answer>(
  options: BisectOptions<Item, Answer>,
  items: readonly Item[],
  permit?: Permit,
): Promise<readonly (Answer | Error)[]> {
  try {
    return await options.send(items, permit);
  } catch (error) {
    if (!(error instanceof CrmError) || !options.isAboutSome(error)) throw error;
    if (items.length === 1) return [error];
    const guilty = new Set(options.guilty(items, error));
    return guilty.size > 0 ? await without(options, items, guilty, error) : await inHalves(options, items);
  }
}

async function without<Item, Answer>(
  options: BisectOptions<Item, Answer>,
  items: readonly Item[],
  guilty: ReadonlySet<Item>,
  error: CrmError,
): Promise<readonly (Answer | Error)[]> {
  const innocent = items.filter((item) => !guilty.has(item));
  const answers = innocent.length === 0 ? [] : await settled(innocent, (some) => bisect(options, some));
  const next = answers[Symbol.iterator]();
  return items.map((item) => (guilty.has(item) ? error : (next.next().value ?? error)));
}

/** Sends two smaller calls instead of one, or the one item alone; for answers that do not say which of the items they are about. */
export async function inHalves<Item, Answer>(
  options: BisectOptions<Item, Answer>,
  items: readonly Item[],
): Promise<readonly (Answer | Error)[]> {
  const middle = Math.ceil(items.length / 2);
  const send = (some: readonly Item[]) => bisect(options, some);
  const left = await settled(items.slice(0, middle), send);
  // No CRM takes a call of nothing.
  return middle === items.length ? left : [...left, ...(await settled(items.slice(middle), send))];
}

/** Parts of a call that failed may fail in different ways, so none speaks for the others. */
export async function settled<Item, Answer>(
  items: readonly Item[],
  send: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
): Promise<readonly (Answer | Error)[]> {
  try {
    return await send(items);
  } catch (error) {
    return items.map(() => (error instanceof Error ? error : new Error(String(error))));
  }
}
