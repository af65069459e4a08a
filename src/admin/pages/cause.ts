/** `GET /admin/failed/:crm/:cause`: what one cause is, how it stands, and the purchases it keeps from being up to date. */
import { BOOKING_HOLD_REASONS } from "../../booking/types.ts";
import { type Cause, causeId as idOfFailure, kindOf } from "../../synclog/cause.ts";
import type { FailureEntry } from "../../synclog/entries.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { stateOf } from "../purchases.ts";
import { recordUrlOf } from "../read-purchase.ts";
import { barsOf } from "../span.ts";
import { causeBars, causePath, figureWords, LIST_WORDS } from "../views/cause-list.ts";
import { stateLine, stateTag } from "../views/cause-state.ts";
import { type CausePurchase, causeTable } from "../views/cause-table.ts";
import { causeTitle } from "../views/causes.ts";
import { jobLink } from "../views/failed-forms.ts";
import { failureBlock } from "../views/failure.ts";
import { buttonForm } from "../views/forms.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, pageOf, pager } from "../views/parts.ts";
import { ago } from "../views/time.ts";

const PER_PAGE = 25;
const BARS = 7 * 24;

export async function showCause(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const { now, query, veil, formToken } = request;
  const { crm } = knownCrm(deps, request.params.crm);
  const id = request.params.cause ?? "";
  const [cause] = await deps.syncLog.kept.read([{ crm, id }]);
  if (cause === undefined) return unknown();
  const page = pageOf(query);
  const found = await deps.syncLog.failed(crm, id, { offset: (page - 1) * PER_PAGE, limit: PER_PAGE });
  const purchases = await Promise.all(
    found.map(async (failed): Promise<CausePurchase> => {
      const state = await stateOf(deps, failed.purchaseId);
      return { failed, state: state && veil.state(state) };
    }),
  );
  const example = found.flatMap(({ failures }) => failures).find((failure) => idOfFailure(failure) === id);
  const all = query.get("select") === "all";
  const path = causePath(crm, id);
  const here = new URLSearchParams({ page: String(page), ...(!all && { select: "all" }) });
  const shown = {
    ...{ crm, causeId: id, words: example?.words ?? cause.words, page, all, allHref: `${path}?${here}#purchases` },
    ...{ purchases, recordUrl: recordUrlOf(deps), formToken, now },
  };
  const title = causeTitle(cause);
  const { path: listPath, title: list } = LIST_WORDS[kindOf(cause)];
  const body = html`<p class="crumb"><a href="${listPath}">${list}</a></p>
<div class="card-head"><h1>${title}</h1>${stateTag(cause)}</div>
${await standing(deps, crm, cause, now)}
${said(deps, crm, cause, example)}
${cause.count > 0 && actions(crm, cause, title, formToken, page)}
${purchases.length === 0 ? emptyState("None left", "Everything with this cause was mended or dismissed.") : causeTable(shown)}
${pager(path, {}, page, page * PER_PAGE < cause.count)}`;
  return { kind: "page", title, section: kindOf(cause), body };
}

function unknown(): PageAnswer {
  const body = html`<p class="crumb"><a href="/admin/failed">Failed</a></p><h1>Mended</h1>
${emptyState("None left", "It was mended or dismissed so long ago that it is forgotten.")}`;
  return { kind: "page", title: "Mended", section: "failed", body };
}

async function standing(deps: AdminDeps, crm: string, cause: Cause, now: number): Promise<Html> {
  const hours = barsOf(undefined, now, BARS);
  const figures = await deps.syncLog.kept.figures(crm, cause, hours);
  return html`<div class="cause-figures"><p class="lead">${crmName(crm)}. ${figureWords(cause, figures)} First seen ${ago(cause.firstSeen, now)}, last seen ${ago(cause.lastSeen, now)}. ${stateLine(cause, now)} ${await mappingSince(deps, cause)}</p>
${causeBars(cause, figures, hours)}</div>`;
}

/** A mapping that came into force after it was last seen and before it was over may be what mended it. */
async function mappingSince({ mappingVersions }: AdminDeps, { state, lastSeen }: Cause): Promise<Html[]> {
  if (state.kind !== "resolved") return [];
  const between = [...(await mappingVersions.since())].filter(
    ([, since]) => since > lastSeen && since <= state.over.at,
  );
  return between.map(([file]) => html`In between <code>${file}</code> came into force as it is. `);
}

/** Once for all of them: what is of one purchase alone is in its timeline. */
function said(deps: AdminDeps, crm: string, cause: Cause, example: FailureEntry | undefined): Html {
  if (example === undefined)
    return html`<div class="failure"><blockquote>${cause.words}</blockquote><p>${cause.nextStep}</p></div>`;
  const { bookingId: _booking, requestId: _request, record: _record, ...common } = example;
  return failureBlock(crm, common, recordUrlOf(deps));
}

/** Of these the same may be true of all bookings; whom a record is of is asked for each. */
const ONE_ANSWER: ReadonlySet<string> = new Set(BOOKING_HOLD_REASONS);

function actions(
  crm: string,
  { id: cause, count, hold, state }: Cause,
  title: string,
  formToken: string,
  page: number,
): Html {
  const chosen = { crm, cause };
  const link = { about: title, formToken };
  const seen = buttonForm({
    action: "/admin/failed/seen",
    formToken,
    hidden: { ...chosen, page: String(page) },
    button: "Seen",
    about: title,
  });
  return html`<div class="actions">${jobLink({ action: "retry", ...chosen }, count === 1 ? "Retry" : `Retry all ${count}`, link)}
${hold !== undefined && ONE_ANSWER.has(hold) && jobLink({ action: "decide", ...chosen }, "One answer for all", link)}
${jobLink({ action: "dismiss", ...chosen }, "Dismiss", link)}${state.kind !== "seen" && seen}</div>`;
}
