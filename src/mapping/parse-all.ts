/** Several mapping files as one set, or every problem that any of them has. No I/O. */
import type { Mapping } from "./mapping.ts";
import { parseMapping } from "./parse.ts";
import { MappingFileError, type MappingProblem } from "./problems.ts";
import type { MappingSet } from "./set.ts";

export interface MappingText {
  /** The name that problems are reported under. */
  readonly file: string;
  readonly text: string;
}

/** @throws MappingFileError with the problems of all files */
export function parseMappings(texts: readonly MappingText[]): MappingSet {
  const { mappings, problems } = judgeMappings(texts);
  if (problems.length > 0) throw new MappingFileError(problems);
  return { mappings };
}

/** The files that are in order, and the problems of the others. */
export function judgeMappings(texts: readonly MappingText[]): MappingSet & { readonly problems: MappingProblem[] } {
  const mappings: Mapping[] = [];
  const problems: MappingProblem[] = [];
  for (const { file, text } of texts) {
    try {
      mappings.push(parseMapping(text, file));
    } catch (error) {
      if (!(error instanceof MappingFileError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { mappings, problems: [...problems, ...overlaps(mappings)] };
}

/** Two files for the same CRM and company: nobody could say which one counts. The later one is told of it. */
export function overlaps(mappings: readonly Mapping[]): MappingProblem[] {
  const owners = new Map<string, Mapping>();
  const problems: MappingProblem[] = [];
  for (const mapping of mappings) {
    const { companies } = mapping;
    for (const company of companies.length > 0 ? companies.map((id) => `company ${id}`) : ["every other company"]) {
      const key = `${mapping.crm} ${company}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, mapping);
      else {
        const message = `${owner.file} already maps ${mapping.crm} for ${company}; give one of them other \`companies\``;
        problems.push({ file: mapping.file, line: 1, column: 1, message, excerpt: "" });
      }
    }
  }
  return problems;
}
