/** Lists that come in pages, of which each says where the next one is. */
import { UnavailableError } from "./errors.ts";

/** More than a CRM has of anything that is read whole here. */
const MAX_PAGES = 1_000;

/**
 * For one list. Whoever followed a place that comes again, or places without end, would never be done.
 *
 * @returns gives back where the list goes on, if it does. @throws UnavailableError when it was there already
 */
export function createPages(title: string, object: string): (next: string | undefined) => string | undefined {
  const seen = new Set<string>();
  return (next) => {
    if (next === undefined) return undefined;
    if (seen.has(next) || seen.size >= MAX_PAGES) {
      throw new UnavailableError(`${title}'s list does not end: its pages lead to one that was read.`, { object });
    }
    seen.add(next);
    return next;
  };
}
