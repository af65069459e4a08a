/** `POST /admin/mappings/download`: the mapping as edited, as a file. Nothing is deployed from here: the repository is the truth. */
import { basename } from "node:path";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { editedYaml } from "../playground/trial.ts";

export async function downloadMapping(_deps: AdminDeps, { form }: PageRequest): Promise<PageAnswer> {
  const text = editedYaml(form);
  const fileName = basename(form.get("file") ?? "") || "mapping.yaml";
  return { kind: "download", fileName, contentType: "application/yaml", body: Buffer.from(text) };
}
