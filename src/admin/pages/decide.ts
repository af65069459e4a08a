/** `POST /admin/held/decide`: says whether a held booking is cancelled or still active. */
import { BOOKING_VERDICTS } from "../../booking/types.ts";
import { decide } from "../../operate/decide.ts";
import { NotAskedError } from "../../operate/decision-errors.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { afterAnswer, questionPage } from "../next-question.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function decideHeld(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const [purchaseId, holdId] = [form.get("purchase"), form.get("hold")];
  const bookingId = form.get("booking") ?? "";
  const verdict = BOOKING_VERDICTS.find((one) => one === form.get("verdict"));
  if (verdict === undefined) throw new PageError(400, "Say cancelled or active.");
  concerns({ crm, booking: bookingId });
  // What does not name its question, an old tab's form, cannot be checked.
  if (!purchaseId || !holdId) throw new PageError(409, "This page is outdated. Go back and reload it.");
  const othersActive = form.get("others") === "active";
  const answer = { purchaseId, holdId, bookingId, verdict, othersActive };
  concerns({ purchase: purchaseId, hold: holdId, answer: othersActive ? `${verdict}, others active` : verdict });
  const { left } = await decide(deps, answer, { crm, by: username }).catch(notAsked);
  const to = left.length > 0 ? questionPage(crm, purchaseId) : await afterAnswer(deps, crm, purchaseId);
  return { kind: "done", to, notice: { what: "decided", count: 1 } };
}

function notAsked(error: unknown): never {
  if (!(error instanceof NotAskedError)) throw error;
  throw new PageError(409, error.message);
}
