/** `crm-sync mapping preview`: what a notification would make the CRM hold, field by field, without touching the CRM. */
import { foldNotification } from "../booking/fold.ts";
import { parseNotification } from "../booking/parse.ts";
import type { CallbackRoute, PurchaseState } from "../booking/types.ts";
import { knownAs } from "../mapping/known-as.ts";
import { leftOutOf, leftOutSentence } from "../mapping/left-out.ts";
import type { PersonsBookings } from "../mapping/persons-bookings.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { ChooseMapping } from "../mapping/set.ts";
import { type PlanFailure, planPurchase } from "../sync/plan-purchase.ts";

/** The state after one notification by itself. @throws UnreadableFileError naming what cannot be read */
export function stateOf(body: unknown, route: CallbackRoute = "bookings"): PurchaseState {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") throw new UnreadableFileError(reasonOf(parsed));
  const { notification } = parsed;
  const arrival = { seq: 1, order: 1, receivedAt: new Date().toISOString(), route, notification };
  return foldNotification(undefined, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
}

/** The file to preview is no notification that can be mapped. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";

  constructor(reason: string) {
    super(`The file holds no purchase that can be mapped: ${reason}.`);
  }
}

function reasonOf(parsed: Exclude<ReturnType<typeof parseNotification>, { kind: "purchase" }>): string {
  switch (parsed.kind) {
    case "unreadable":
      return parsed.problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
    case "list":
      return "it is a list of bookings; save one of them in a file of its own";
    case "ignored":
      return parsed.reason;
  }
}

/** The records a state means, each once. @throws the first planning error */
export function plansOf(state: PurchaseState, choose: ChooseMapping, theirs?: PersonsBookings): RecordPlan[] {
  const { plans, failures } = previewOf(state, choose, theirs);
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
  return plans;
}

/** What a pass would write of a state: the records of bookings that can be planned, each once, and why the others cannot. */
export function previewOf(
  state: PurchaseState,
  choose: ChooseMapping,
  theirs?: PersonsBookings,
): { readonly plans: RecordPlan[]; readonly failures: readonly PlanFailure[] } {
  const { bookings, failures } = planPurchase(state, choose, { theirs });
  const plans = bookings.flatMap((booking) => [...booking.shared.values(), ...booking.plans]);
  return { plans: [...new Map(plans.map((plan) => [`${plan.key}\n${knownAs(plan)}`, plan])).values()], failures };
}

/** What of a state is not written, in sentences, each once. @throws MappingError */
export function leftOutIn(state: PurchaseState, choose: ChooseMapping, theirs?: PersonsBookings): string[] {
  const { bookings } = planPurchase(state, choose, { theirs });
  const left = bookings.flatMap(({ mapping, context, bookingId }) => leftOutOf(mapping, context, bookingId));
  return [...new Set([...left.map(leftOutSentence), ...waitingIn(state)])];
}

function waitingIn({ holds }: PurchaseState): string[] {
  return holds
    .flatMap(({ bookingIds }) => bookingIds)
    .map((id) => `booking ${id} waits for a person to decide about it; what is newer of it is written after that`);
}

/** One block of text per record: object, external id, then each field with its value and where it comes from. */
export function formatPlan(crm: string, plan: RecordPlan): string {
  const lines = plan.fields.map((field) => {
    const rule = field.write === "always" ? "" : ` (${field.write})`;
    return `  ${field.field}${rule} = ${JSON.stringify(field.value)}\n${sourceLine(field)}`;
  });
  if (plan.gone) return `${headOf(crm, plan)}: would be deleted, since the booking is cancelled (cancelled: delete)`;
  const never = plan.create === "never" ? ["  only where the CRM has it already (create: never)"] : [];
  const unless = plan.unless === undefined ? [] : [`  only where the CRM has no ${plan.unless}`];
  const links = plan.links.map((link) => `  → ${link.to} by ${link.via}`);
  return [headOf(crm, plan), ...never, ...unless, ...lines, ...links].join("\n");
}

export function headOf(crm: string, plan: RecordPlan): string {
  const { object, identity } = plan;
  return `${crm} ${object} ${identity.value === undefined ? knownAs(plan) : `${identity.field}=${identity.value}`}`;
}

export function sourceLine({ source }: PlannedField): string {
  return `      ${source.file}:${source.line} ${source.expression.trim().split("\n")[0]}`;
}
