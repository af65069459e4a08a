/** `GET /admin/held/:crm/:purchaseId`: the question that a purchase waits with, and what is needed to answer it. */

import { CrmError } from "../../../connectors/errors.ts";
import type { BookingState, PurchaseState } from "../../booking/types.ts";
import type { OperatedCrm } from "../../operate/deps.ts";
import { readCandidates } from "../../operate/pick.ts";
import type { HoldEntry } from "../../synclog/entries.ts";
import { holdWords } from "../../synclog/hold-reasons.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { stateOf } from "../purchases.ts";
import { candidatesTable } from "../views/candidates.ts";
import { buttonForm } from "../views/forms.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState } from "../views/parts.ts";
import { personOf, serviceOf } from "../views/purchase.ts";
import { appointment } from "../views/time.ts";

type SeveralMatch = Extract<HoldEntry, { reason: "several_match" }>;
type BookingHold = Exclude<HoldEntry, { reason: "several_match" }>;

export async function showHeld(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const crm = knownCrm(deps, request.params.crm);
  const purchaseId = request.params.purchaseId ?? "";
  const [statuses, state] = await Promise.all([deps.syncLog.status(crm.crm, [purchaseId]), stateOf(deps, purchaseId)]);
  const holds = (statuses.get(purchaseId)?.failures ?? []).flatMap(({ hold }) => (hold === undefined ? [] : [hold]));
  const questions = await Promise.all(
    distinct(holds).map((hold) => question(deps, crm, purchaseId, hold, state, request)),
  );
  const href = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  const body = html`<p class="crumb"><a href="/admin/failed">Failed and held</a></p>
<h1>Decide for purchase ${purchaseId}</h1>
<p class="lead">${personOf(state)}, ${crmName(crm.crm)}. <a href="${href}">Its timeline</a></p>
${questions.length === 0 ? emptyState("Nothing to decide", "It was decided or mended meanwhile.") : questions}`;
  return { kind: "page", title: `Decide for purchase ${purchaseId}`, section: "failed", body };
}

/** Two bookings of one person wait with the same question. */
function distinct(holds: readonly HoldEntry[]): HoldEntry[] {
  return [...new Map(holds.map((hold) => [JSON.stringify(hold), hold])).values()];
}

async function question(
  deps: AdminDeps,
  crm: OperatedCrm,
  purchaseId: string,
  hold: HoldEntry,
  state: PurchaseState | undefined,
  request: PageRequest,
): Promise<Html> {
  if (hold.reason === "several_match") return await whoIsIt(deps, crm, purchaseId, hold, request);
  return whichBookings(crm, hold, state, request);
}

async function whoIsIt(
  deps: AdminDeps,
  crm: OperatedCrm,
  purchaseId: string,
  hold: SeveralMatch,
  { formToken }: PageRequest,
): Promise<Html> {
  const { section, object, candidates } = hold;
  const { question, hint } = holdWords(hold);
  const asked = { crm: crm.crm, purchaseId, section, candidates };
  const found = await readCandidates(deps, asked).catch(refused);
  const pick = (id: string): Html =>
    buttonForm({
      action: "/admin/held/pick",
      formToken,
      hidden: { crm: crm.crm, purchase: purchaseId, section, record: id },
      button: "Pick this one",
      about: `${object} ${id}`,
      look: "primary",
    });
  return html`<section class="card" aria-labelledby="who-${section}"><h2 id="who-${section}">${question}</h2>
<p class="quiet">${hint}</p>
${candidatesTable(found, { object, pick, recordUrl: (id) => crm.connector.recordUrl(object, id) })}</section>`;
}

function refused(error: unknown): never {
  if (!(error instanceof CrmError)) throw error;
  throw new PageError(502, `The CRM could not be asked for the candidates: ${error.message} Try again in a moment.`);
}

function whichBookings(
  { crm }: OperatedCrm,
  hold: BookingHold,
  state: PurchaseState | undefined,
  { formToken }: PageRequest,
): Html {
  const { reason, bookingIds } = hold;
  const { question, hint } = holdWords(hold);
  const verdict = (booking: string, is: "cancelled" | "active", button: string): Html =>
    buttonForm({
      action: "/admin/held/decide",
      formToken,
      hidden: { crm, booking, verdict: is },
      button,
      about: `booking ${booking}`,
    });
  const items = bookingIds.map(
    (id) => html`<li class="decision"><div>Booking ${id}${about(state?.bookings[id])}</div>
<div class="actions">${verdict(id, "cancelled", "Cancelled")}${verdict(id, "active", "Still active")}</div></li>`,
  );
  return html`<section class="card" aria-labelledby="${reason}"><h2 id="${reason}">${question}</h2>
<p class="quiet">${hint}</p><ul class="decisions">${items}</ul></section>`;
}

function about(booking: BookingState | undefined): Html | undefined {
  return booking && html`: ${serviceOf(booking)}, ${appointment(booking.start)}`;
}
