/** Reads the mapping files of a folder: the one place where mappings meet the disk. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Mapping } from "./mapping.ts";
import { parseMapping } from "./parse.ts";
import { MappingFileError, type MappingProblem } from "./problems.ts";
import type { MappingSet } from "./set.ts";

/**
 * Every `.yaml` and `.yml` file of the folder itself; folders in it (examples) are left alone.
 *
 * @throws MappingFileError with the problems of all files
 */
export async function loadMappings(folder: string): Promise<MappingSet> {
  const names = await listFiles(folder);
  const mappings: Mapping[] = [];
  const problems: MappingProblem[] = [];
  for (const name of names.filter((entry) => /\.ya?ml$/.test(entry)).sort()) {
    const path = join(folder, name);
    const shown = relative(process.cwd(), path);
    try {
      mappings.push(parseMapping(await readFile(path, "utf8"), shown.startsWith("..") ? path : shown));
    } catch (error) {
      if (!(error instanceof MappingFileError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...overlaps(mappings));
  if (problems.length > 0) throw new MappingFileError(problems);
  return { mappings };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const message = "the folder of mapping files cannot be read; set MAPPINGS_DIR to the folder that holds them";
    throw new MappingFileError([{ file: folder, line: 1, column: 1, message, excerpt: "" }], { cause });
  }
}

/** Two files for the same CRM and company: nobody could say which one counts. */
function overlaps(mappings: readonly Mapping[]): MappingProblem[] {
  const owners = new Map<string, Mapping>();
  const problems: MappingProblem[] = [];
  for (const mapping of mappings) {
    for (const company of mapping.companies.length > 0 ? mapping.companies : ["every other company"]) {
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
