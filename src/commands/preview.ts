/** `crm-sync mapping preview`: what a notification would make the CRM hold, field by field, without touching the CRM. */
import { foldNotification } from "../booking/fold.ts";
import { parseNotification } from "../booking/parse.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type ChooseMapping, planPurchase } from "../sync/plan-purchase.ts";

/** The state after one notification by itself. @throws Error naming what cannot be read */
export function stateOf(body: unknown): PurchaseState {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") {
    const why =
      parsed.kind === "unreadable"
        ? parsed.problems.map(({ path, message }) => `${path}: ${message}`).join("; ")
        : parsed.kind;
    throw new Error(`The file holds no purchase that can be mapped (${why}).`);
  }
  const arrival = {
    seq: 1,
    receivedAt: new Date().toISOString(),
    route: "bookings" as const,
    notification: parsed.notification,
  };
  return foldNotification(undefined, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
}

/** The records a state means, each once. @throws the first planning error */
export function plansOf(state: PurchaseState, choose: ChooseMapping): RecordPlan[] {
  const { bookings, failures } = planPurchase(state, choose);
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
  const plans = bookings.flatMap((booking) => [...booking.shared.values(), ...booking.plans]);
  return [...new Map(plans.map((plan) => [plan.key, plan])).values()];
}

/** One block of text per record: object, external id, then each field with its value and where it comes from. */
export function formatPlan(crm: string, plan: RecordPlan): string {
  const lines = plan.fields.map(({ field, value, write, source }) => {
    const rule = write === "always" ? "" : ` (${write})`;
    return `  ${field}${rule} = ${JSON.stringify(value)}\n      ${source.file}:${source.line} ${source.expression.trim().split("\n")[0]}`;
  });
  const links = plan.links.map((link) => `  → ${link.to} by ${link.via}`);
  return [`${crm} ${plan.object} ${plan.identity.field}=${plan.identity.value}`, ...lines, ...links].join("\n");
}
