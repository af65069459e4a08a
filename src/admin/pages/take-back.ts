/** `POST /admin/held/take-back`: takes a decision about a booking back. */
import { takeBack } from "../../operate/decide.ts";
import { NothingToTakeBackError } from "../../operate/decision-errors.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function takeBackDecision(
  deps: AdminDeps,
  { form, username, concerns }: PageRequest,
): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const purchaseId = form.get("purchase") ?? "";
  const bookingId = form.get("booking") ?? "";
  concerns({ crm, purchase: purchaseId, booking: bookingId });
  await takeBack(deps, { purchaseId, bookingId }, { crm, by: username }).catch(nothingToTakeBack);
  const to = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  return { kind: "done", to, notice: { what: "taken_back", count: 1 } };
}

function nothingToTakeBack(error: unknown): never {
  if (!(error instanceof NothingToTakeBackError)) throw error;
  throw new PageError(409, error.message);
}
