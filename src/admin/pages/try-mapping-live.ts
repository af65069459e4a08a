/** `POST /admin/mappings/live`: the same for the editor: the problems for its margin, the results as HTML. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { runTrial } from "../playground/trial.ts";
import { playgroundResults } from "../views/playground-results.ts";

export async function tryMappingLive(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const outcome = await runTrial(deps, request);
  const { problems, check } = outcome.tried;
  const found = check.kind === "checked" ? [...problems, ...check.problems] : problems;
  const body = {
    problems: found.map(({ line, column, message }) => ({ line, column, message })),
    results: playgroundResults(outcome).text,
  };
  return { kind: "json", body };
}
