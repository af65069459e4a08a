/** `npm run schema`: writes the JSON Schema that gives editors completion and hover text for mapping files. */
import { writeFile } from "node:fs/promises";
import { mappingJsonSchema } from "./json-schema.ts";

await writeFile(new URL("../../mappings/mapping.schema.json", import.meta.url), mappingJsonSchema());
