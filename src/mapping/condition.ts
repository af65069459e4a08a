/**
 * The condition of `when`: comparisons joined by `and`, `or` and `not`, with brackets. `and` binds closer than `or`, as
 * everybody reads it; Liquid by itself reads from the right and knows no brackets.
 */

export type Condition =
  | { readonly kind: "comparison"; readonly text: string }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition };

/** A condition that is not one; the message says how to write it. */
export class ConditionError extends Error {
  readonly kind = "condition";
  override readonly name = "ConditionError";
}

type Token = "(" | ")" | "and" | "or" | "not" | { readonly text: string };

/** Deeper than anybody reads. */
const MOST_NESTED = 20;

/** @throws ConditionError */
export function parseCondition(text: string): Condition {
  const tokens = tokensOf(text);
  let at = 0;

  function either(depth: number): Condition {
    return joined("or", () => joined("and", () => single(depth)));
  }

  function joined(kind: "and" | "or", next: () => Condition): Condition {
    const parts = [next()];
    for (; tokens[at] === kind; ) {
      at += 1;
      parts.push(next());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  function single(depth: number): Condition {
    if (depth > MOST_NESTED) throw new ConditionError(`brackets are nested more than ${MOST_NESTED} deep`);
    const token = tokens[at];
    at += 1;
    if (token === "not") return { kind: "not", part: single(depth + 1) };
    if (token === "(") {
      const inner = either(depth + 1);
      if (tokens[at] !== ")") throw new ConditionError("a bracket is opened and not closed");
      at += 1;
      return inner;
    }
    if (typeof token === "object") return { kind: "comparison", text: token.text };
    throw new ConditionError(
      token === undefined
        ? "the condition ends where a comparison has to follow"
        : `nothing is compared before \`${token}\``,
    );
  }

  const condition = either(0);
  if (tokens[at] === ")") throw new ConditionError("a bracket is closed that is not opened");
  if (at < tokens.length)
    throw new ConditionError("two comparisons follow each other without `and` or `or` between them");
  return condition;
}

/** @param isTrue of a comparison */
export function holds(condition: Condition, isTrue: (text: string) => boolean): boolean {
  switch (condition.kind) {
    case "comparison":
      return isTrue(condition.text);
    case "not":
      return !holds(condition.part, isTrue);
    case "and":
      return condition.parts.every((part) => holds(part, isTrue));
    case "or":
      return condition.parts.some((part) => holds(part, isTrue));
  }
}

export function comparisonsOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "comparison":
      return [condition.text];
    case "not":
      return comparisonsOf(condition.part);
    default:
      return condition.parts.flatMap(comparisonsOf);
  }
}

/** A text in quotes, a list's index, a bracket, a word, blanks, or any other character. */
const PIECE = /"[^"]*"|'[^']*'|\[[^[\]]*\]|\(|\)|[\w.-]+|\s+|./gsu;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let comparison = "";
  const end = (): void => {
    if (comparison.trim() !== "") tokens.push({ text: comparison.trim() });
    comparison = "";
  };
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === "(" || piece === ")" || piece === "and" || piece === "or" || piece === "not") {
      end();
      tokens.push(piece);
    } else comparison += piece;
  }
  end();
  return tokens;
}

const NOT_TRUE = new Set(["", "0", "no", "false", "off"]);

/** Nothing, no, nought, and the words for them, as forms and answers write them. */
export function isTruth(value: unknown): boolean {
  if (typeof value === "string") return !NOT_TRUE.has(value.trim().toLowerCase());
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
}
