/**
 * What of a notification may be kept. Card data goes; references that open or cancel a booking for whoever holds them
 * are blanked, in links too. What is left reads the same: a purchase's id was taken from its reference before.
 */

const CARD_DATA = new Set(["last_payment_log", "payment_reference"]);

/** In lower case: JRNI writes `longId` and `longid`. */
const REFERENCES = new Set([
  "long_id",
  "longid",
  "purchase_ref",
  "obfuscated_id",
  "customermodifyurl",
  "adminmodifyurl",
]);

/** Links whose last path part is an id that we use; the others are not read, and many hold a reference. */
const KEPT_LINKS = new Set(["person", "resource", "client", "member", "event_chain", "event_groups"]);

/** @returns the body as JSON */
export function storable(body: unknown): string {
  return JSON.stringify(withoutSecrets(body));
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (CARD_DATA.has(key) || key === "__proto__") continue;
    if (key === "_links") kept[key] = keptLinks(child);
    else kept[key] = REFERENCES.has(key.toLowerCase()) ? "" : withoutSecrets(child);
  }
  return kept;
}

function keptLinks(links: unknown): unknown {
  if (typeof links !== "object" || links === null) return {};
  return Object.fromEntries(Object.entries(links).filter(([rel]) => KEPT_LINKS.has(rel)));
}
