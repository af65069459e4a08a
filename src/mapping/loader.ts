/** Reads the mapping files of a folder: the one place where mappings meet the disk. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { type MappingText, parseMappings } from "./parse-all.ts";
import { MappingFileError } from "./problems.ts";
import type { MappingSet } from "./set.ts";

/**
 * Every `.yaml` and `.yml` file of the folder itself; folders in it (examples) are left alone.
 *
 * @throws MappingFileError with the problems of all files
 */
export async function loadMappings(folder: string): Promise<MappingSet> {
  return parseMappings(await readMappings(folder));
}

/** The texts of a folder's mapping files, by name. @throws MappingFileError when the folder or a file cannot be read */
export async function readMappings(folder: string): Promise<MappingText[]> {
  try {
    const names = (await readdir(folder)).filter((entry) => /\.ya?ml$/.test(entry)).sort();
    return await Promise.all(names.map((name) => readMapping(join(folder, name))));
  } catch (cause) {
    const message = "the folder of mapping files cannot be read; set MAPPINGS_DIR to the folder that holds them";
    throw new MappingFileError([{ file: folder, line: 1, column: 1, message, excerpt: "" }], { cause });
  }
}

/** The tests in `tests/` of a folder of mappings, and the JSON files beside them by name. @throws Error of the file system */
export async function readTests(
  folder: string,
): Promise<{ readonly tests: readonly MappingText[]; readonly beside: ReadonlyMap<string, string> }> {
  const inside = join(folder, "tests");
  const names = (await readdir(inside).catch(noneIfMissing)).toSorted();
  const read = (pattern: RegExp): Promise<MappingText[]> =>
    Promise.all(names.filter((name) => pattern.test(name)).map((name) => readMapping(join(inside, name))));
  const [tests, beside] = await Promise.all([read(/\.ya?ml$/), read(/\.json$/)]);
  return { tests, beside: new Map(beside.map(({ file, text }) => [basename(file), text])) };
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

/** One file, under the name that problems are reported under. @throws Error of the file system */
export async function readMapping(path: string): Promise<MappingText> {
  const shown = relative(process.cwd(), path);
  return { file: shown.startsWith("..") ? path : shown, text: await readFile(path, "utf8") };
}
