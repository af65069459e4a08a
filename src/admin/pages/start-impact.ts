/** `POST /admin/mappings/impact`: starts the job that looks at what the mapping as edited would make different. */
import type { Mapping } from "../../mapping/mapping.ts";
import { parseMapping } from "../../mapping/parse.ts";
import { MappingFileError } from "../../mapping/problems.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { editedYaml, fileInForce } from "../playground/trial.ts";
import { tryMappingPage } from "./try-mapping.ts";

export async function startImpact(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const { form, username, concerns } = request;
  const { file } = fileInForce(deps, form);
  const text = editedYaml(form);
  const next = withoutMistakes(text, file);
  if (next === undefined) return await tryMappingPage(deps, request);
  const { crm } = knownCrm(deps, next.crm);
  const total = await deps.inbox.arrivedBetween(0, Date.now());
  if (total === 0) throw new PageError(409, "No notification is kept yet, so nothing can be said of its impact.");
  const id = await deps.bulks.startImpact({ action: "impact", crm, file }, username, total, text);
  concerns({ job: id, action: "impact", filter: file, purchases: total });
  return { kind: "done", to: `/admin/jobs/${id}`, notice: { what: "job_started", count: total } };
}

function withoutMistakes(text: string, file: string): Mapping | undefined {
  try {
    return parseMapping(text, file);
  } catch (error) {
    if (error instanceof MappingFileError) return undefined;
    throw error;
  }
}
