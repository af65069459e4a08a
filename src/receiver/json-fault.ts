/**
 * Where a text stops being JSON. The engine's own message does not always say, and when it does not it quotes the text
 * instead, which must not be repeated.
 */
import { visit } from "jsonc-parser";

/** 1-based, in characters. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
}

const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false };
/** The parser recurses and never ends early by itself; hostile text nests deeper than the stack. */
const STOP = new Error("read far enough");

/** @returns undefined when no fault is found, "deep" when the text nests deeper than `maxDepth` before one is */
export function jsonFault(text: string, maxDepth: number): JsonFault | "deep" | undefined {
  let found: JsonFault | "deep" | undefined;
  let depth = 0;
  const stop = (why: JsonFault | "deep"): never => {
    found = why;
    throw STOP;
  };
  const open = (): void => {
    depth += 1;
    if (depth > maxDepth) stop("deep");
  };
  const close = (): void => {
    depth -= 1;
  };
  const onError = (_code: number, _offset: number, _length: number, line: number, column: number): never =>
    stop({ line: line + 1, column: column + 1 });
  try {
    visit(
      text,
      { onError, onObjectBegin: open, onArrayBegin: open, onObjectEnd: close, onArrayEnd: close },
      PLAIN_JSON,
    );
  } catch (error) {
    if (error !== STOP) throw error;
  }
  return found;
}
