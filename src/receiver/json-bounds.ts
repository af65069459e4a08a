/** How deep and how wide a text is that should be JSON: parsing what is beyond bounds takes longer than seeing that it is. */
import { MAX_DEPTH, MAX_VALUES, TOO_DEEP, TOO_MANY } from "../booking/bounds.ts";

/** What is shorter is parsed as quickly as it is looked through. */
const SHORT = 16_384;

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
/** `[` and `{`, `]` and `}` differ by one bit. */
const CASE = 0x20;
const [OPEN, CLOSE] = [0x7b, 0x7d];

/** @returns what is wrong with it as a whole, whether or not it is JSON */
export function beyondJsonBounds(text: string): string | undefined {
  if (text.length <= SHORT) return undefined;
  let [depth, commas, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inString = !inString;
    else if (inString) at += Number(code === BACKSLASH);
    else if (code === COMMA) commas += 1;
    else if ((code | CASE) === OPEN) depth += 1;
    else if ((code | CASE) === CLOSE) depth -= 1;
    if (depth > MAX_DEPTH) return TOO_DEEP;
    if (commas > MAX_VALUES) return TOO_MANY;
  }
  return undefined;
}
