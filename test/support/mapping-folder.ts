import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with these mapping files, for MAPPINGS_DIR. @param files their texts, by the name of the file without `.yaml` */
export async function mappingFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.yaml`), text);
  return folder;
}
