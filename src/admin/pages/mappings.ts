/** `GET /admin/mappings`: a mapping in force in the editor, tried on the newest booking. */
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { editorScript } from "../playground/editor-bundle.ts";
import { findSample } from "../playground/sample.ts";
import { tryMapping } from "../playground/try-mapping.ts";
import { mappingText, playgroundPage } from "../views/playground.ts";

export async function showMappings(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const { set, texts } = deps.mappings.current();
  const wanted = request.query.get("file");
  const file = wanted ?? texts[0]?.file;
  const source = texts.find((text) => text.file === file);
  if (source === undefined) throw new PageError(404, "This file is not in force. Choose one under Mappings.");
  const files = texts.map((text) => text.file);
  if (request.user.role === "viewer") return mappingText(files, source);
  const inForce = set.mappings.find((mapping) => mapping.file === source.file);
  const sample = await findSample(deps, inForce?.crm, "", "", request.concerns);
  const crms = deps.crms.map(({ crm }) => crm);
  const tried = await tryMapping({ ...source, sample, set, crms, connector: undefined });
  return playgroundPage({
    files,
    file: source.file,
    crm: inForce?.crm,
    text: source.text,
    textInForce: source.text,
    query: "",
    pasted: "",
    line: Number(request.query.get("line") ?? "0"),
    tried,
    script: await editorScript(deps.log),
    request,
  });
}
