/** `POST /admin/mappings`: the mapping as edited, tried, as a page for who has no script. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { editorScript } from "../playground/editor-bundle.ts";
import { runTrial } from "../playground/trial.ts";
import { playgroundPage } from "../views/playground.ts";

export async function tryMappingPage(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const outcome = await runTrial(deps, request);
  const files = deps.mappings.current().texts.map(({ file }) => file);
  return playgroundPage({ ...outcome, files, line: 0, script: await editorScript(deps.log), request });
}
