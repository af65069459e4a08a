/** YAML with the place of everything in it, so that a problem can point at its line. */
import { type Document, isMap, isNode, isScalar, LineCounter, type Node } from "yaml";
import type { z } from "zod";
import { createAs, detailedField } from "./field-schema.ts";
import { mappingFile } from "./file-schema.ts";
import { CHANGES } from "./mapping.ts";
import { misreadNumbers } from "./misread-numbers.ts";
import { MappingFileError, type MappingProblem, nearest } from "./problems.ts";
import { lookUp, section } from "./section-schema.ts";
import { deepest, missingWords, wrongWords } from "./shape-words.ts";
import { readDocument, yamlErrors } from "./yaml-errors.ts";

export type Path = readonly PropertyKey[];

export interface YamlSource {
  readonly file: string;
  readonly data: unknown;
  /** Where a value stands; the nearest enclosing one when there is none. */
  place(path: Path): { line: number; column: number };
  /** Where the key of an entry stands. */
  keyPlace(path: Path): { line: number; column: number };
  problem(path: Path, message: string): MappingProblem;
  describeIssue(issue: z.core.$ZodIssue): MappingProblem[];
}

/** Thirty times the longest mapping that comes with the service. */
const MAX_LENGTH = 100_000;
const MAX_LINES = 5_000;
/** Of brackets and braces; a mapping needs two. Those in comments count too, which nobody writes by the dozen. */
const MAX_OPEN = 50;
/** An expression, whose brackets are for Liquid to judge. */
const QUOTED = /'[^'\n]*'/g;
const MAX_ALIASES = 50;

/**
 * @param keysAt the keys that may stand where an unknown one was found; a mapping file's when left out
 * @throws MappingFileError when the text is not YAML, or is built to exhaust us
 */
export function readYaml(
  text: string,
  file: string,
  keysAt: (path: Path) => readonly string[] = siblingsOf,
): YamlSource {
  const lines = text.split(hasOldLineEnds(text) ? "\r" : "\n");
  const at = (line: number, column: number, message: string): MappingProblem => ({
    file,
    line,
    column,
    message,
    excerpt: lines[line - 1] ?? "",
  });
  const excess = excessOf(text, lines);
  if (excess !== undefined) throw new MappingFileError([at(1, 1, excess)]);

  const counter = new LineCounter();
  const { document, errors } = withoutStacks(() => {
    const read = readDocument(text, counter);
    return { document: read, errors: [...yamlErrors(text, read, counter), ...misreadNumbers(read, counter)] };
  });
  if (errors.length > 0) {
    const sorted = errors.toSorted((a, b) => a.line - b.line || a.column - b.column);
    throw new MappingFileError(sorted.map(({ line, column, message }) => at(line, column, message)));
  }

  const positionOf = (node: Node | undefined): { line: number; column: number } => {
    const { line, col } = counter.linePos(node?.range?.[0] ?? 0);
    return { line, column: col };
  };
  const place = (path: Path) => positionOf(nodeAt(document, path));
  const keyPlace = (path: Path) => positionOf(keyAt(document, path) ?? nodeAt(document, path));
  const problem = (path: Path, message: string): MappingProblem => {
    const { line, column } = place(path);
    return at(line, column, message);
  };

  return {
    file,
    data: toData(document, (message) => new MappingFileError([at(1, 1, message)])),
    place,
    keyPlace,
    problem,
    describeIssue(issue) {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => {
          const { line, column } = keyPlace([...issue.path, key]);
          const known = keysAt(issue.path);
          // It is the other kind of section's: what finds writes nothing.
          if (known.includes(key)) {
            return at(
              line,
              column,
              `\`${key}\` is not for a section with \`find\`, which makes nothing; take one of them out`,
            );
          }
          return at(line, column, `unknown key \`${key}\`${suggestion(key, known)}`);
        });
      }
      const innermost = deepest(issue);
      const where = [...innermost.path];
      if (document.hasIn(where)) return [problem(where, wrongWords(innermost, document.getIn(where)))];
      const { line, column } = where.length > 1 ? keyPlace(where.slice(0, -1)) : place([]);
      return [at(line, column, missingWords(where))];
    },
  };
}

/** YAML's reader goes on after an error; finding out where each of tens of thousands was made takes seconds. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Looked at before YAML's reader is, whose work grows faster than the text. */
function excessOf(text: string, lines: readonly string[]): string | undefined {
  if (text.length > MAX_LENGTH) return `the file is longer than ${MAX_LENGTH} characters`;
  if (lines.length > MAX_LINES) return `the file is longer than ${MAX_LINES} lines`;
  if (hasOldLineEnds(text)) return OLD_LINE_ENDS;
  if (isDeep(text)) return `more than ${MAX_OPEN} brackets are open, or closed, at once`;
  return undefined;
}

const OLD_LINE_ENDS =
  "lines end with a carriage return alone, as on old Macs; save the file with line ends of Unix (LF)";

/** Of which YAML's reader makes one line. */
function hasOldLineEnds(text: string): boolean {
  return text.trimEnd().includes("\r") && !text.includes("\n");
}

function isDeep(text: string): boolean {
  let open = 0;
  for (const character of text.replace(QUOTED, "")) {
    if (character === "[" || character === "{") open += 1;
    else if (character === "]" || character === "}") open -= 1;
    if (Math.abs(open) > MAX_OPEN) return true;
  }
  return false;
}

function toData(document: Document, refuse: (message: string) => Error): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw refuse(`the file repeats itself through aliases (*name) more than ${MAX_ALIASES} times; write it out`);
  }
}

function nodeAt(document: Document, path: Path): Node | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return document.contents ?? undefined;
}

function keyAt(document: Document, path: Path): Node | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isNode(pair?.key) ? pair.key : undefined;
}

const FILE_KEYS = Object.keys(mappingFile.shape);
const SECTION_KEYS = [...new Set([section, lookUp].flatMap(({ shape }) => Object.keys(shape)))];
const FIELD_KEYS = Object.keys(detailedField.shape);
const CREATE_KEYS = Object.keys(createAs.shape);

/** The keys that may stand where an unknown one was found. */
function siblingsOf(path: Path): readonly string[] {
  if (path.length === 0) return FILE_KEYS;
  if (path[0] === "defaults") return ["currency", "minor_units", "country", "write"];
  if (path.length === 2) return SECTION_KEYS;
  if (path.at(-2) === "links") return ["to", "by", "label", "owner"];
  if (path.at(-1) === "create_as") return CREATE_KEYS;
  return path.at(-1) === "on" ? CHANGES : FIELD_KEYS;
}

function suggestion(name: string, known: readonly string[]): string {
  const [near] = nearest(name, known);
  return near === undefined ? `; expected one of ${known.join(", ")}` : `; did you mean \`${near}\`?`;
}
