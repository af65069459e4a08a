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
/** Looked at first, since most keys are none of these and every key of every notification comes by here. */
const REFERENCE_LENGTHS = new Set([...REFERENCES].map((name) => name.length));

/** Links whose last path part is an id that we use; the others are not read, and many hold a reference. */
const KEPT_LINKS = new Set(["person", "resource", "client", "member", "event_chain", "event_groups"]);

/** @param body what JSON.parse made for us alone: it is changed in place, since a copy would cost as much as storing it */
export function storable(body: unknown): string {
  blankSecrets(body);
  return JSON.stringify(body);
}

function blankSecrets(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) blankSecrets(item);
    return;
  }
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const child = object[key];
    if (key === "__proto__") delete object[key];
    // JSON leaves out what is undefined.
    else if (CARD_DATA.has(key)) object[key] = undefined;
    else if (key === "_links") object[key] = keptLinks(child);
    else if (isReference(key)) object[key] = "";
    else if (typeof child === "object") blankSecrets(child);
  }
}

function isReference(key: string): boolean {
  return REFERENCE_LENGTHS.has(key.length) && REFERENCES.has(key.toLowerCase());
}

function keptLinks(links: unknown): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  if (typeof links !== "object" || links === null) return kept;
  for (const [rel, link] of Object.entries(links)) if (KEPT_LINKS.has(rel)) kept[rel] = link;
  return kept;
}
