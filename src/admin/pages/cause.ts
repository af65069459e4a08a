/** `GET /admin/failed/:crm/:cause`: the purchases that one cause keeps from being up to date. */
import { BOOKING_HOLD_REASONS } from "../../booking/types.ts";
import type { Cause } from "../../synclog/cause.ts";
import type { FailedPurchase } from "../../synclog/failed.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { stateOf } from "../purchases.ts";
import { recordUrlOf } from "../read-purchase.ts";
import { causeTitle } from "../views/causes.ts";
import { dismissForm, jobLink, retryForm } from "../views/failed-forms.ts";
import { failureBlock } from "../views/failure.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, pageOf, pager, plural } from "../views/parts.ts";
import { bookingLine, personOf } from "../views/purchase.ts";
import { ago } from "../views/time.ts";

const PER_PAGE = 20;

export async function showCause(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, request.params.crm);
  const causeId = request.params.cause ?? "";
  const page = pageOf(request.query);
  const causes = await deps.syncLog.causes(crm);
  const cause = causes.find(({ id }) => id === causeId);
  const found = await deps.syncLog.failed(crm, causeId, { offset: (page - 1) * PER_PAGE, limit: PER_PAGE });
  const items = await Promise.all(found.map((failed) => purchaseCard(deps, crm, failed, request)));
  const title = cause === undefined ? "Mended" : causeTitle(cause);
  const head = cause !== undefined && actions(crm, cause, title);
  const path = `/admin/failed/${encodeURIComponent(crm)}/${encodeURIComponent(causeId)}`;
  const body = html`<p class="crumb"><a href="/admin/failed">Failed and held</a></p>
<h1>${title}</h1>
<p class="lead">${crmName(crm)}, ${plural(cause?.count ?? 0, "purchase")}</p>
${head}${items.length === 0 ? emptyState("None left", "Everything with this cause was mended or dismissed.") : items}
${pager(path, {}, page, page * PER_PAGE < (cause?.count ?? 0))}`;
  return { kind: "page", title, section: "failed", body };
}

/** Of these the same may be true of all bookings; whom a record is of is asked for each. */
const ONE_ANSWER: ReadonlySet<string> = new Set(BOOKING_HOLD_REASONS);

function actions(crm: string, { id: cause, count, hold }: Cause, title: string): Html {
  const chosen = { crm, cause };
  return html`<div class="actions">${jobLink({ action: "retry", ...chosen }, count === 1 ? "Retry" : `Retry all ${count}`, title)}
${hold !== undefined && ONE_ANSWER.has(hold) && jobLink({ action: "decide", ...chosen }, "One answer for all", title)}
${jobLink({ action: "dismiss", ...chosen }, "Dismiss", title)}</div>`;
}

async function purchaseCard(
  deps: AdminDeps,
  crm: string,
  { purchaseId, at, failures }: FailedPurchase,
  { now, formToken, veil }: PageRequest,
): Promise<Html> {
  const known = await stateOf(deps, purchaseId);
  const state = known && veil.state(known);
  const id = encodeURIComponent(purchaseId);
  const held = failures.some(({ hold }) => hold !== undefined);
  const chosen = { crm, purchase: purchaseId };
  const about = `purchase ${purchaseId}`;
  return html`<article class="card"><div class="card-head"><h2><a href="/admin/bookings/${id}">Purchase ${purchaseId}</a></h2><span class="quiet">${ago(at, now)}</span></div>
<p>${personOf(state)}</p>${Object.values(state?.bookings ?? {}).map(bookingLine)}
${failures.map((failure) => failureBlock(crm, failure, recordUrlOf(deps)))}
<div class="actions">${held && html`<a href="/admin/held/${encodeURIComponent(crm)}/${id}" role="button">Decide<span class="visually-hidden">: ${about}</span></a>`}
${retryForm(chosen, formToken, "Retry", about)}${dismissForm(chosen, formToken, about)}</div></article>`;
}
