/** `POST /admin/resume`: asks the CRM, opens its gate, ends a person's pause. */
import { resume, stillClosed } from "../../operate/resume.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function resumeCrm(deps: AdminDeps, { form, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  concerns({ crm });
  const resumed = await resume(deps, crm);
  if (resumed.outcome === "still_closed") throw new PageError(502, stillClosed(resumed.gate));
  return { kind: "done", to: "/admin", notice: { what: `resumed_${resumed.was}`, count: 1 } };
}
