/** Where BookingBug hides ids: in links, and in references that end in an encoded number. */

/** The last path segment of a HAL link, without its URI template: `…/people/30553{?embed}` gives `30553`. */
export function idFromHref(href: unknown): string | undefined {
  if (typeof href !== "string") return undefined;
  const path = href.replace(/\{[?&/][^{}]*\}/g, "").split(/[?#]/)[0] ?? "";
  return path.split("/").filter(Boolean).at(-1);
}

/**
 * The purchase id inside a public reference: 16 characters of noise, then the id in base64, the whole percent-encoded
 * in API v1 and unpadded in v5.
 */
export function purchaseIdFromReference(reference: unknown): string | undefined {
  if (typeof reference !== "string") return undefined;
  const plain = percentDecode(reference).slice(16);
  const digits = Buffer.from(plain, "base64").toString("latin1");
  return /^\d{1,15}$/.test(digits) ? digits : undefined;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
