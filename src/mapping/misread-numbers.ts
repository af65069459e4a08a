/** Codes and telephone numbers without quotes, which YAML reads as numbers, and of which something is lost. */
import { type Document, type LineCounter, visit } from "yaml";

/** `007`, `+44`, `0x1F`, `12e4`. */
const SIGNS = /^[-+]?0[\dxo]|^\+|^[\d.]+e[-+]?\d+$/i;

export function misreadNumbers(
  document: Document,
  counter: LineCounter,
): { readonly line: number; readonly column: number; readonly message: string }[] {
  const found: { line: number; column: number; message: string }[] = [];
  visit(document, {
    Scalar(_key, { value, source = "", range, type }) {
      if (type !== "PLAIN" || typeof value !== "number") return;
      if (!SIGNS.test(source) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return;
      const { line, col } = counter.linePos(range?.[0] ?? 0);
      const message = `\`${source}\` is read as the number ${value}; put quotes around it, "${source}", or write the number as it is meant`;
      found.push({ line, column: col, message });
    },
  });
  return found;
}
