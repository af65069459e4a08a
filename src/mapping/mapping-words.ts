/** The words that a mapping file spells out: what it compares with, and what its tables translate. */
import { z } from "zod";
import type { Mapping } from "./mapping.ts";
import { readYaml } from "./yaml-source.ts";

const QUOTED = /"([^"\n]{1,120})"|'([^'\n]{1,120})'/g;

const withTables = z.object({ tables: z.record(z.string(), z.record(z.string(), z.unknown())).optional() });

export function wordsIn({ file, lines }: Pick<Mapping, "file" | "lines">): string[] {
  const { data } = readYaml(lines.join("\n"), file);
  const { tables = {} } = withTables.safeParse(data).data ?? {};
  const quoted = textsIn(data).flatMap((text) =>
    [...text.matchAll(QUOTED)].map(([, one, other]) => one ?? other ?? ""),
  );
  return [...quoted, ...Object.values(tables).flatMap((table) => Object.keys(table))];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
