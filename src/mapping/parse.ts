/** Turns the text of a mapping file into a mapping, or into every problem it has. No I/O. */
import { createHash } from "node:crypto";
import { compileSections } from "./compile.ts";
import { createCompiler } from "./expression.ts";
import { mappingFile } from "./file-schema.ts";
import type { Mapping } from "./mapping.ts";
import { MappingFileError } from "./problems.ts";
import { readYaml } from "./yaml-source.ts";

/**
 * @param file the name that problems are reported under
 * @throws MappingFileError with all problems of the file
 */
export function parseMapping(text: string, file: string): Mapping {
  const source = readYaml(text, file);
  const parsed = mappingFile.safeParse(source.data);
  if (!parsed.success) {
    throw new MappingFileError(parsed.error.issues.flatMap((issue) => source.describeIssue(issue)));
  }
  const { crm, companies = [], defaults, tables = {}, objects } = parsed.data;
  const compiler = createCompiler({
    tables,
    currency: defaults?.currency,
    country: defaults?.country,
    minorUnits: defaults?.minor_units ?? "by_currency",
  });
  const { sections, problems } = compileSections(objects, compiler, source);
  if (problems.length > 0) throw new MappingFileError(problems);
  return {
    file,
    crm,
    companies: companies.map(String),
    sections,
    lines: text.split("\n"),
    version: createHash("sha256").update(text).digest("hex").slice(0, 12),
  };
}
