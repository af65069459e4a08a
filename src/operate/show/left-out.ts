/** What a record was written without, in words. */
import type { LeftOutField } from "../../synclog/entries.ts";

export function leftOutSentence({ code, words, file, line }: LeftOutField): string {
  const said = code === undefined ? words : `${code}: ${words}`;
  return `left out (${file}:${line}), because the CRM refused its value: ${said}`;
}
