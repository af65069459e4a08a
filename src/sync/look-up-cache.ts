/** What was looked up a while ago, so that a user whom every booking asks for is not read with each of them. */
import type { CrmRecord, FindQuery } from "../../connectors/connector.ts";

/** Milliseconds for which what was found is believed; a user does not change every minute. */
const FOUND_MS = 10 * 60_000;
/** And that nothing was found: somebody may be about to make it. */
const NOTHING_MS = 60_000;
const MOST = 10_000;

export interface LookUpCache {
  /** @returns undefined where it is to be asked anew */
  get(query: FindQuery): readonly CrmRecord[] | undefined;
  set(query: FindQuery, records: readonly CrmRecord[]): void;
  forget(query: FindQuery): void;
}

/** For one CRM, in one process. It holds what identifies records, in memory alone. */
export function createLookUpCache(now: () => number = Date.now): LookUpCache {
  const known = new Map<string, { readonly records: readonly CrmRecord[]; readonly until: number }>();
  return {
    get(query) {
      const entry = known.get(keyOf(query));
      return entry === undefined || entry.until <= now() ? undefined : entry.records;
    },
    set(query, records) {
      const key = keyOf(query);
      known.delete(key);
      known.set(key, { records, until: now() + (records.length === 0 ? NOTHING_MS : FOUND_MS) });
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    },
    forget: (query) => void known.delete(keyOf(query)),
  };
}

function keyOf({ object, by, select }: FindQuery): string {
  return JSON.stringify([object, by, select]);
}
