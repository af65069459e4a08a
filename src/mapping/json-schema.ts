/** The JSON Schema of a mapping file, generated from the schema that checks it. */
import { z } from "zod";
import { mappingFileInEditors } from "./file-schema.ts";

/** @returns the text of `mappings/mapping.schema.json` */
export function mappingJsonSchema(): string {
  const schema = z.toJSONSchema(mappingFileInEditors, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ title: "BookingBug CRM mapping", ...schema }, null, 2)}\n`;
}
