/** `POST /admin/pause`: nothing is taken from a CRM's queue for a while. */
import { LONGEST_REASON, pause } from "../../operate/pause.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { PAUSE_TIMES } from "../views/pauses.ts";

export async function pauseCrm(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  concerns({ crm });
  const reason = form.get("reason")?.trim() ?? "";
  if (reason === "" || reason.length > LONGEST_REASON) {
    throw new PageError(400, `Say in at most ${LONGEST_REASON} characters why. Go back and write a reason.`);
  }
  const time = PAUSE_TIMES.find(({ value }) => value === form.get("for"));
  if (time === undefined) throw new PageError(400, "Choose for how long. Go back and choose a time.");
  await pause(deps, { crm, by: username, reason, forMs: time.ms });
  return { kind: "done", to: "/admin", notice: { what: "paused", count: 1 } };
}
