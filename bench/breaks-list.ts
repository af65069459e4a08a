/** Breaks of the service, made on purpose: each a small edit, with the test that has to notice it. */
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Break {
  /** What is wrong then, as a sentence about the service. */
  readonly name: string;
  readonly file: string;
  /** Exact text that the file has once. */
  readonly from: string;
  readonly to: string;
  /** The test that notices, and a pattern for the names of its cases where one is enough. */
  readonly caughtBy: readonly [test: string, only?: string];
  /** Number in docs/specification.md. */
  readonly invariant: string;
}

export interface ListedBreak extends Break {
  /** Name of the list's file. */
  readonly list: string;
}

/** Every list in `test/breaks`. */
export async function loadBreaks(root: string): Promise<ListedBreak[]> {
  const files = globSync("test/breaks/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const lists = files.toSorted().map(async (file) => {
    const { breaks } = (await import(pathToFileURL(join(root, file)).href)) as { breaks: readonly Break[] };
    return breaks.map((one) => ({ ...one, list: basename(file, ".ts") }));
  });
  return (await Promise.all(lists)).flat();
}

/** @returns the text with the break in it, or why the edit does not apply */
export function broken(text: string, { from, to }: Pick<Break, "from" | "to">): { text: string } | { why: string } {
  const times = text.split(from).length - 1;
  if (times === 1) return { text: text.replace(from, () => to) };
  return { why: `the text is there ${times} times instead of once` };
}
