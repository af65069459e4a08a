/** `POST /admin/held/pick`: says which of several records a person is, for now and for every later booking. */
import { CrmError } from "../../../connectors/errors.ts";
import { NothingToPickError } from "../../operate/person-plan.ts";
import { pick } from "../../operate/pick.ts";
import { isPick } from "../../synclog/entries.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { afterAnswer } from "../next-question.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function pickRecord(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const purchaseId = form.get("purchase") ?? "";
  const section = form.get("section") ?? "";
  const recordId = form.get("record") ?? "";
  concerns({ crm, purchase: purchaseId, record: recordId });
  if (!(await isCandidate(deps, crm, { purchaseId, section, recordId }))) {
    throw new PageError(409, "This record is not among the candidates any more. Go back and reload the page.");
  }
  const goOn = await pick(deps, { crm, purchaseId, section, recordId, by: username }).catch(refused);
  const to = await afterAnswer(deps, crm, purchaseId);
  return { kind: "done", to, notice: { what: "picked", count: goOn.length } };
}

async function isCandidate(
  { syncLog }: AdminDeps,
  crm: string,
  picked: { readonly purchaseId: string; readonly section: string; readonly recordId: string },
): Promise<boolean> {
  const statuses = await syncLog.status(crm, [picked.purchaseId]);
  const failures = statuses.get(picked.purchaseId)?.failures ?? [];
  return failures.some(
    ({ hold }) => isPick(hold) && hold.section === picked.section && hold.candidates.includes(picked.recordId),
  );
}

function refused(error: unknown): never {
  if (error instanceof NothingToPickError) throw new PageError(409, error.message);
  if (!(error instanceof CrmError)) throw error;
  throw new PageError(502, `The CRM did not take the choice: ${error.message} Go back and try again in a moment.`);
}
