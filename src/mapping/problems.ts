/** What is wrong with a mapping, said to the admin who wrote it. */
import type { SourceRef } from "./plan.ts";

export interface MappingProblem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The line as it stands in the file. */
  readonly excerpt: string;
}

/** A problem of what a key at the beginning of a line says; of the first line where it stands nowhere. */
export function problemAtKey(
  { file, lines }: { readonly file: string; readonly lines: readonly string[] },
  key: string,
  message: string,
): MappingProblem {
  const found = lines.findIndex((one) => one.startsWith(`${key}:`));
  const line = Math.max(0, found);
  return { file, line: line + 1, column: 1, message, excerpt: lines[line] ?? "" };
}

/** Every problem found in the mapping files, at once. */
export class MappingFileError extends Error {
  readonly kind = "mapping_file";
  readonly retry = false;
  override readonly name = "MappingFileError";
  readonly problems: readonly MappingProblem[];

  constructor(problems: readonly MappingProblem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join("\n"), options);
    this.problems = problems;
  }
}

/** `file:line:column: message`, then the line with a mark under the place. */
export function formatProblem(problem: MappingProblem): string {
  const head = `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
  if (problem.excerpt.trim() === "") return head;
  const { text, mark } = clip(problem.excerpt, problem.column - 1);
  return `${head}\n    ${text}\n    ${" ".repeat(mark)}^`;
}

const WIDTH = 120;

/** The part of a long line that has the place in it. */
function clip(line: string, at: number): { text: string; mark: number } {
  if (line.length <= WIDTH) return { text: line, mark: Math.max(0, at) };
  const from = Math.max(0, at - WIDTH / 4);
  const head = from > 0 ? "…" : "";
  const tail = from + WIDTH < line.length ? "…" : "";
  return { text: `${head}${line.slice(from, from + WIDTH)}${tail}`, mark: Math.max(0, at - from) + head.length };
}

/** An expression that failed for one booking. The message names the place, never the data. */
export class MappingError extends Error {
  readonly kind = "misconfigured_mapping";
  readonly retry: boolean = false;
  override readonly name: string = "MappingError";
  readonly source: SourceRef;

  constructor(message: string, source: SourceRef, cause?: unknown) {
    super(`${source.file}:${source.line}:${source.column}: ${message} in \`${source.expression}\``, { cause });
    this.source = source;
  }
}

/** Out of time. A machine that was held up may be to blame, so it is tried again. */
export class SlowMappingError extends MappingError {
  override readonly retry = true;
  override readonly name = "SlowMappingError";
}

/** The known names nearest to a misspelt one, for "did you mean". @param steps letters that may differ */
export function nearest(
  name: string,
  known: readonly string[],
  steps: number = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 3))),
): string[] {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((one) => one.distance <= steps)
    .sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, 3).map(({ candidate }) => candidate);
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
