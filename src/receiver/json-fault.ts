/**
 * Where a text stops being JSON. The engine's own message does not always say, and when it does not it quotes the text
 * instead, which must not be repeated.
 */

/** 1-based, in characters. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
}

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const FIRST_PRINTABLE = 0x20;

/** What may come next. */
type Expecting = "value" | "value_or_end" | "key" | "key_or_end" | "colon" | "comma_or_end" | "nothing";

/** @param text what `JSON.parse` has refused */
export function jsonFault(text: string): JsonFault {
  const open: Open = [];
  let expecting: Expecting = "value";
  let at = 0;
  for (;;) {
    at = match(SPACE, text, at) ?? at;
    const step = advance(text, at, expecting, open);
    if (step === undefined) return place(text, at);
    [at, expecting] = step;
  }
}

type Open = ("{" | "[")[];
type Step = readonly [at: number, expecting: Expecting] | undefined;

/** @returns where the next token ends and what may follow it, or undefined when the fault is here */
function advance(text: string, at: number, expecting: Expecting, open: Open): Step {
  const sign = text[at];
  if (sign === undefined) return undefined;
  if (closes(sign, expecting, open)) {
    open.pop();
    return [at + 1, afterValue(open)];
  }
  switch (expecting) {
    case "nothing":
      return undefined;
    case "colon":
      return sign === ":" ? [at + 1, "value"] : undefined;
    case "comma_or_end":
      return sign === "," ? [at + 1, open.at(-1) === "{" ? "key" : "value"] : undefined;
    case "key":
    case "key_or_end":
      return stepTo(sign === '"' ? stringEnd(text, at) : undefined, "colon");
    case "value":
    case "value_or_end":
      return value(text, at, sign, open);
  }
}

function value(text: string, at: number, sign: string, open: Open): Step {
  if (sign === "{" || sign === "[") {
    open.push(sign);
    return [at + 1, sign === "{" ? "key_or_end" : "value_or_end"];
  }
  return stepTo(sign === '"' ? stringEnd(text, at) : match(NUMBER_OR_WORD, text, at), afterValue(open));
}

function stepTo(end: number | undefined, expecting: Expecting): Step {
  return end === undefined ? undefined : [end, expecting];
}

function afterValue(open: Open): Expecting {
  return open.length === 0 ? "nothing" : "comma_or_end";
}

const CLOSABLE: ReadonlySet<Expecting> = new Set(["comma_or_end", "key_or_end", "value_or_end"]);

function closes(sign: string, expecting: Expecting, open: Open): boolean {
  const closing = open.at(-1) === "{" ? "}" : "]";
  return open.length > 0 && sign === closing && CLOSABLE.has(expecting);
}

/** @param at where its opening quote is */
function stringEnd(text: string, at: number): number | undefined {
  let next = at + 1;
  while (next < text.length) {
    if (text[next] === '"') return next + 1;
    if (text.charCodeAt(next) < FIRST_PRINTABLE) return undefined;
    const escapeEnd = text[next] === "\\" ? match(ESCAPE, text, next) : next + 1;
    if (escapeEnd === undefined) return undefined;
    next = escapeEnd;
  }
  return undefined;
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function place(text: string, at: number): JsonFault {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}
