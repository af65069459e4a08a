/** Texts with HTML in them, which a CRM rewrites: tags closed or put in other ones, signs written as entities. */

const TAG = /<\/?[a-z][^<>]{0,2000}>/gi;
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[\da-f]{1,6});/gi;
const SIGNS: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " " },
};

export function hasMarkup(text: string): boolean {
  return text.search(TAG) >= 0 || text.search(ENTITY) >= 0;
}

/** What a person reads of it. */
export function withoutMarkup(text: string): string {
  return text.replace(TAG, " ").replace(ENTITY, signOf).replace(/\s+/g, " ").trim();
}

function signOf(entity: string): string {
  const known = SIGNS[entity.toLowerCase()];
  if (known !== undefined) return known;
  const code = /^&#x/i.test(entity) ? Number.parseInt(entity.slice(3, -1), 16) : Number(entity.slice(2, -1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}
