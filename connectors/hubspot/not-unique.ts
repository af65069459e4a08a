/** Properties that HubSpot was found not to keep unique: they are searched for. Somebody may make one anew that is. */
export interface NotUnique {
  has(object: string, property: string): boolean;
  add(object: string, property: string): void;
}

/** Milliseconds until HubSpot is tried again. */
const FORGET_MS = 60 * 60_000;

export function createNotUnique(): NotUnique {
  const until = new Map<string, number>();
  return {
    has: (object, property) => (until.get(`${object}.${property}`) ?? 0) > Date.now(),
    add: (object, property) => void until.set(`${object}.${property}`, Date.now() + FORGET_MS),
  };
}
