/** A small part of SOQL: `SELECT … FROM … WHERE … [ORDER BY …] [LIMIT n]` with AND, OR, brackets, =, !=, >= and IN. */

export interface Query {
  readonly fields: readonly string[];
  readonly object: string;
  readonly where: Condition | undefined;
  /** Names of fields, ascending. */
  readonly order: readonly string[];
  readonly limit: number | undefined;
}

export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  /** Of moments alone. */
  | { readonly kind: "from"; readonly field: string; readonly time: number }
  | { readonly kind: "in"; readonly field: string; readonly values: readonly unknown[]; readonly negated: boolean };

export class SoqlError extends Error {
  override readonly name = "SoqlError";
}

type Token = { readonly kind: "word" | "text" | "mark"; readonly text: string };

/** @throws SoqlError as Salesforce's MALFORMED_QUERY */
export function parseSoql(text: string): Query {
  const tokens = tokenise(text);
  let position = 0;
  const peek = (): Token | undefined => tokens[position];
  const isWord = (word: string): boolean => peek()?.kind === "word" && peek()?.text.toUpperCase() === word;

  function take(kind: Token["kind"], exactly?: string): string {
    const token = peek();
    const fits = token?.kind === kind && (exactly === undefined || token.text.toUpperCase() === exactly);
    if (token === undefined || !fits) throw new SoqlError(`unexpected token: ${token?.text ?? "<EOF>"}`);
    position += 1;
    return token.text;
  }

  function isMark(mark: string): boolean {
    return peek()?.kind === "mark" && peek()?.text === mark;
  }

  function condition(): Condition {
    let left = simple();
    while (isWord("AND") || isWord("OR")) {
      const kind = take("word").toLowerCase() as "and" | "or";
      left = { kind, left, right: simple() };
    }
    return left;
  }

  function simple(): Condition {
    if (isMark("(")) {
      take("mark", "(");
      const inner = condition();
      take("mark", ")");
      return inner;
    }
    const field = take("word");
    if (isWord("IN")) {
      take("word");
      take("mark", "(");
      const values = [literal()];
      while (isMark(",")) {
        take("mark", ",");
        values.push(literal());
      }
      take("mark", ")");
      return { kind: "in", field, values, negated: false };
    }
    const operator = take("mark");
    if (operator === ">=") return { kind: "from", field, time: moment(take("word")) };
    if (operator !== "=" && operator !== "!=") throw new SoqlError(`unexpected token: ${operator}`);
    return { kind: "in", field, values: [literal()], negated: operator === "!=" };
  }

  function literal(): unknown {
    const token = peek();
    if (token?.kind === "text") return take("text");
    const word = take("word");
    if (/^(true|false)$/i.test(word)) return word.toLowerCase() === "true";
    return /^null$/i.test(word) ? null : Number(word);
  }

  take("word", "SELECT");
  const fields = [take("word")];
  while (isMark(",")) {
    take("mark", ",");
    fields.push(take("word"));
  }
  take("word", "FROM");
  const object = take("word");
  let where: Condition | undefined;
  if (isWord("WHERE")) {
    take("word");
    where = condition();
  }
  const order: string[] = [];
  if (isWord("ORDER")) {
    take("word");
    take("word", "BY");
    order.push(take("word"));
    while (isMark(",")) {
      take("mark", ",");
      order.push(take("word"));
    }
  }
  let limit: number | undefined;
  if (isWord("LIMIT")) {
    take("word");
    limit = Number(take("word"));
  }
  if (peek() !== undefined) throw new SoqlError(`unexpected token: ${peek()?.text}`);
  return { fields, object, where, order, limit };
}

function tokenise(text: string): Token[] {
  const pattern = /\s*(?:'((?:\\.|[^'\\])*)'|([\w.:+-]+)|(!=|>=|[(),=]))/gy;
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    end = match.index + match[0].length;
    if (match[1] !== undefined) tokens.push({ kind: "text", text: unescapeText(match[1]) });
    else if (match[2] !== undefined) tokens.push({ kind: "word", text: match[2] });
    else tokens.push({ kind: "mark", text: match[3] ?? "" });
  }
  if (text.slice(end).trim() !== "") throw new SoqlError(`unexpected token: ${text.slice(end).trim().slice(0, 20)}`);
  return tokens;
}

/** A moment is written without quotes. */
function moment(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SoqlError(`unexpected token: ${text}`);
  return time;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (_whole, char: string) => ESCAPES[char] ?? char);
}

/** Every field the query names. */
export function fieldsOf(query: Query): string[] {
  const inCondition = (condition: Condition | undefined): string[] => {
    if (condition === undefined) return [];
    if (condition.kind === "in" || condition.kind === "from") return [condition.field];
    return [...inCondition(condition.left), ...inCondition(condition.right)];
  };
  return [...query.fields, ...inCondition(query.where), ...query.order];
}

/** @param read reads a field of the record */
export function matches(condition: Condition, read: (field: string) => unknown): boolean {
  if (condition.kind === "from") return Date.parse(String(read(condition.field))) >= condition.time;
  if (condition.kind !== "in") {
    const [left, right] = [matches(condition.left, read), matches(condition.right, read)];
    return condition.kind === "and" ? left && right : left || right;
  }
  const actual = read(condition.field);
  const found = condition.values.some((value) => same(value, actual));
  return found !== condition.negated;
}

function same(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" ? a.toLowerCase() === b.toLowerCase() : a === b;
}
