/** Where somebody who answered a question goes on. */
import type { OperateDeps } from "../operate/deps.ts";
import { nextQuestion } from "../operate/questions.ts";

export function questionPage(crm: string, purchaseId: string): string {
  return `/admin/held/${encodeURIComponent(crm)}/${encodeURIComponent(purchaseId)}`;
}

/** @returns the page of the next question of the CRM, or of the purchase where there is none */
export async function afterAnswer(deps: OperateDeps, crm: string, purchaseId: string): Promise<string> {
  const next = await nextQuestion(deps, crm, purchaseId);
  return next.purchaseId === undefined
    ? `/admin/bookings/${encodeURIComponent(purchaseId)}`
    : questionPage(crm, next.purchaseId);
}
