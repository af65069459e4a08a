/** SOQL, with everything that comes from outside either escaped or refused. */
import { MisconfiguredError } from "../errors.ts";

/** A GET with a longer query is refused by Salesforce (16,384 bytes for URL and headers). */
const MAX_QUERY_LENGTH = 12_000;

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** A string literal ("SOQL and SOSL Reference: Quoted String Escape Sequences"). Half a character cannot be sent. */
export function quote(value: string): string {
  return `'${value.toWellFormed().replace(/[\\'"\n\r\t\b\f]/g, (char) => ESCAPES[char] ?? char)}'`;
}

const IDENTIFIER = /^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/;

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** Names come from mapping files. @throws MisconfiguredError when one could be anything but a name */
export function identifier(name: string): string {
  if (isIdentifier(name)) return name;
  throw new MisconfiguredError(`"${name}" is not the name of a Salesforce object or field.`, { fields: [name] });
}

/** One query per part of the values that fits into a URL. Salesforce refuses a field that is selected twice, in whatever case. */
export function selectWhereIn(
  object: string,
  select: readonly string[],
  field: string,
  values: readonly string[],
): string[] {
  const names = ["Id", field, ...select].map(identifier);
  const fields = [...Map.groupBy(names, (name) => name.toLowerCase()).values()].map(([first]) => first);
  const head = `SELECT ${fields.join(", ")} FROM ${identifier(object)} WHERE ${identifier(field)} IN (`;
  const queries: string[] = [];
  let part: string[] = [];
  let length = encodeURIComponent(head).length;
  for (const literal of values.map(quote)) {
    const size = encodeURIComponent(`${literal},`).length;
    if (part.length > 0 && length + size > MAX_QUERY_LENGTH) {
      queries.push(`${head}${part.join(",")})`);
      part = [];
      length = encodeURIComponent(head).length;
    }
    part.push(literal);
    length += size;
  }
  queries.push(`${head}${part.join(",")})`);
  return queries;
}
