/** Who imports whom: every import of every TypeScript file, of types and of values. */
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "@swc/core";

/** Both as paths from the root of the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Imports of files, not of packages. @param folders below the root */
export function readImports(root: string, folders: readonly string[]): Import[] {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root })).toSorted();
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")));
}

export function importsOf(file: string, text: string): Import[] {
  return specifiersIn(parseSync(text, { syntax: "typescript", target: "es2023" }))
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file, to: posix.join(posix.dirname(file), specifier) }));
}

/** `import … from`, `export … from`, `import(…)`, and `import("…")` in a type. */
function specifiersIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(specifiersIn);
  if (typeof node !== "object" || node === null) return [];
  const { type, source, argument, callee, arguments: given } = node as Record<string, unknown>;
  const own =
    type === "TsImportType" ? argument : isCallOfImport(type, callee) ? firstOf(given) : isFrom(type) ? source : null;
  return [...textOf(own), ...Object.values(node).flatMap(specifiersIn)];
}

function isFrom(type: unknown): boolean {
  return type === "ImportDeclaration" || type === "ExportNamedDeclaration" || type === "ExportAllDeclaration";
}

function isCallOfImport(type: unknown, callee: unknown): boolean {
  return type === "CallExpression" && (callee as { type?: unknown }).type === "Import";
}

function firstOf(given: unknown): unknown {
  return Array.isArray(given) ? (given[0] as { expression?: unknown } | undefined)?.expression : null;
}

function textOf(literal: unknown): string[] {
  const value = (literal as { value?: unknown } | null)?.value;
  return typeof value === "string" ? [value] : [];
}
