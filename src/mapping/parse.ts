/** Turns the text of a mapping file into a mapping, or into every problem it has. No I/O. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { compileFile } from "./compile.ts";
import { type Compiler, createCompiler } from "./expression.ts";
import { type MappingFile, mappingFile } from "./file-schema.ts";
import type { Mapping } from "./mapping.ts";
import { MappingFileError, type MappingProblem } from "./problems.ts";
import { sectionOfEither } from "./section-schema.ts";
import { readYaml, type YamlSource } from "./yaml-source.ts";

/**
 * @param file the name that problems are reported under
 * @throws MappingFileError with all problems of the file
 */
export function parseMapping(text: string, file: string): Mapping {
  const source = readYaml(text, file);
  const parsed = mappingFile.safeParse(source.data);
  if (!parsed.success) {
    const shape = parsed.error.issues.flatMap((issue) => source.describeIssue(issue));
    throw new MappingFileError(inOrder([...shape, ...problemsOfSoundParts(source)]));
  }
  const { crm, companies = [] } = parsed.data;
  const { when, sections, lookUps, readsBookings, problems } = compileFile(
    parsed.data,
    compilerFor(parsed.data),
    source,
  );
  if (problems.length > 0) throw new MappingFileError(inOrder(problems));
  return {
    file,
    crm,
    companies: companies.map(String),
    when,
    sections,
    lookUps,
    readsBookings,
    lines: text.split("\n"),
    version: createHash("sha256").update(text).digest("hex").slice(0, 12),
  };
}

function compilerFor({ tables = {}, defaults }: Pick<MappingFile, "tables" | "defaults">): Compiler {
  return createCompiler({
    tables,
    currency: defaults?.currency,
    country: defaults?.country,
    minorUnits: defaults?.minor_units ?? "by_currency",
  });
}

/** What is wrong with the sections whose shape is right, so that one slip does not hide the others. */
function problemsOfSoundParts(source: YamlSource): MappingProblem[] {
  const file = z.looseObject({ objects: z.record(z.string(), z.unknown()) }).safeParse(source.data);
  if (!file.success) return [];
  const { objects } = file.data;
  const sound = Object.entries(objects).flatMap(([name, value]) => {
    const parsed = sectionOfEither.safeParse(value);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  const { data = {} } = mappingFile.pick({ tables: true, defaults: true, when: true }).strip().safeParse(source.data);
  const compiler = compilerFor(data);
  return compileFile({ ...data, objects: Object.fromEntries(sound) }, compiler, source, Object.keys(objects)).problems;
}

function inOrder(problems: readonly MappingProblem[]): MappingProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
