/** What may stand at a place of a mapping file, from its JSON Schema; inside expressions: paths and filters. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import { childSchema, keysOf, type Schema, valuesOf } from "./schema.ts";

declare const MAPPING_SCHEMA: Schema;
declare const FILTER_NAMES: readonly string[];
declare const KNOWN_PATHS: readonly string[];

const KEY = /^(\s*)([\w-]*)$/;
const VALUE = /^\s*["']?[\w.-]+["']?:\s+(\S*)$/;
const IN_FILTER = /\|\s*(\w*)$/;
const IN_PATH = /(?:^|[\s:"'{,|])([a-z]\w*(?:\.\w*)*)$/;
const PATHS = /\b(?:booking|purchase|client|member|company|change)\.\w+(?:\.\w+)*/g;

export function completeMapping(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const [, indent, key] = KEY.exec(before) ?? [];
  if (indent !== undefined && key !== undefined) {
    if (key === "" && !context.explicit) return null;
    const schema = schemaAt(pathAbove(context.state, line.number, indent.length));
    return { from: context.pos - key.length, options: keysOf(schema).map(toKey), validFor: /^[\w-]*$/ };
  }
  return completeValue(context, before, line.number);
}

function completeValue(context: CompletionContext, before: string, line: number): CompletionResult | null {
  const [, filter] = IN_FILTER.exec(before) ?? [];
  if (filter !== undefined) {
    const options = FILTER_NAMES.map((label) => ({ label, type: "function" }));
    return { from: context.pos - filter.length, options, validFor: /^\w*$/ };
  }
  const [, word] = VALUE.exec(before) ?? [];
  const fixed = word === undefined ? [] : valuesOf(schemaAt(pathOfLine(context.state, line)));
  if (word !== undefined && fixed.length > 0) {
    return {
      from: context.pos - word.length,
      options: fixed.map((label) => ({ label, type: "enum" })),
      validFor: /^\w*$/,
    };
  }
  const [, path] = IN_PATH.exec(before) ?? [];
  if (path === undefined && !context.explicit) return null;
  const known = new Set([...KNOWN_PATHS, ...(context.state.doc.toString().match(PATHS) ?? [])]);
  const options = [...known].toSorted().map((label) => ({ label, type: "variable" }));
  return { from: context.pos - (path ?? "").length, options, validFor: /^[\w.]*$/ };
}

function toKey({ name, description }: { name: string; description: string | undefined }): Completion {
  return { label: name, type: "property", apply: `${name}: `, ...(description !== undefined && { info: description }) };
}

/** The key under a position, with what the schema says of it. */
export function describeAt(
  state: EditorState,
  position: number,
): { from: number; to: number; text: string } | undefined {
  const line = state.doc.lineAt(position);
  const [, indent = "", key] = /^(\s*)["']?([\w-]+)["']?:/.exec(line.text) ?? [];
  if (key === undefined) return undefined;
  const from = line.from + indent.length;
  const to = from + key.length;
  if (position < from || position > to) return undefined;
  const { description } = schemaAt(pathOfLine(state, line.number)) ?? {};
  return description === undefined ? undefined : { from, to, text: description };
}

function schemaAt(path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((schema, key) => childSchema(schema, key), MAPPING_SCHEMA);
}

function pathOfLine(state: EditorState, number: number): string[] {
  const [, indent = "", key = ""] = /^(\s*)["']?([\w-]+)["']?:/.exec(state.doc.line(number).text) ?? [];
  return [...pathAbove(state, number, indent.length), key];
}

/** The keys that enclose a line of this indentation, outermost first. */
function pathAbove(state: EditorState, number: number, indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (let at = number - 1; at >= 1 && limit > 0; at -= 1) {
    const [, spaces, key] = /^(\s*)["']?([\w-]+)["']?:/.exec(state.doc.line(at).text) ?? [];
    if (spaces === undefined || key === undefined || spaces.length >= limit) continue;
    path.unshift(key);
    limit = spaces.length;
  }
  return path;
}
