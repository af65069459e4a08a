/**
 * Text from outside (a CRM's words, a mapping's values) as a terminal may show it: without the characters that move the
 * cursor, change colours or turn the reading direction, by which a value could pass for something else.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? character : "\ufffd",
  );
}
