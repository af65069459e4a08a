/**
 * `GET /admin/failed`, `GET /admin/held`: why purchases failed, or wait for a person; now, or in the hours that are asked about, what
 * is mended since included.
 */
import { type CauseKind, kindOf } from "../../synclog/cause.ts";
import type { CausePlace } from "../../synclog/kept-causes.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { barsOf, fieldsOfSpan, spanOf } from "../span.ts";
import { brokeWords, causeCard, kindTabs, LIST_WORDS, type ListedCause, spanForm } from "../views/cause-list.ts";
import { jobLink } from "../views/failed-forms.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, pageOf, pager, plural } from "../views/parts.ts";

const PER_PAGE = 25;
const BARS = 24;
const MOST_BARS = 7 * 24;

const LEADS: Readonly<Record<CauseKind, string>> = {
  failed:
    "What could not be brought to a CRM, grouped by cause, so that one correction can be followed by one retry. What succeeds leaves the list by itself.",
  held: "What waits for a person, grouped by the question. What is answered leaves the list by itself.",
};
const NONE: Readonly<Record<CauseKind, readonly [title: string, text: string]>> = {
  failed: ["Nothing failed", "Every notification was brought to the CRM, is on its way, or waits for a person."],
  held: ["Nothing is held", "Nothing waits for a person."],
};

export const showFailed = (deps: AdminDeps, request: PageRequest): Promise<PageAnswer> => show(deps, "failed", request);
export const showHeldList = (deps: AdminDeps, request: PageRequest): Promise<PageAnswer> => show(deps, "held", request);

async function show(deps: AdminDeps, kind: CauseKind, request: PageRequest): Promise<PageAnswer> {
  const { query, now, formToken } = request;
  const { kept } = deps.syncLog;
  const crms = deps.crms.map(({ crm }) => crm);
  const span = spanOf(query);
  const counts = await Promise.all(crms.map((crm) => deps.syncLog.failedCounts(crm)));
  const broke = span && { failed: await kept.broke(crms, "failed", span), held: await kept.broke(crms, "held", span) };
  const places = broke?.[kind].places ?? (await kept.places(crms, kind));
  const page = pageOf(query);
  const hours = barsOf(span, now, span === undefined ? BARS : MOST_BARS);
  const shown = await read(deps, places.slice((page - 1) * PER_PAGE, page * PER_PAGE), hours);
  const total = (of: CauseKind): number => counts.reduce((sum, count) => sum + count[of], 0);
  const { path, title } = LIST_WORDS[kind];
  const none =
    span === undefined
      ? NONE[kind]
      : (["Nothing in these hours", "Ask for others, or see what is listed now."] as const);
  const body = html`<h1>${title}</h1>
${kindTabs({ failed: total("failed"), held: total("held") }, kind, span)}
${spanForm(kind, span, now)}
${span !== undefined && broke !== undefined ? brokeWords(kind, span, broke) : html`<p class="lead">${LEADS[kind]}</p>${crms.map((crm, index) => ofCrm(kind, crm, counts[index]?.[kind] ?? 0, formToken))}`}
${shown.length === 0 ? emptyState(...none) : shown.map((one) => causeCard(one, request))}
${pager(path, { ...fieldsOfSpan(span) }, page, page * PER_PAGE < places.length)}`;
  return { kind: "page", title, section: kind, body };
}

async function read(
  { syncLog: { kept, failed } }: AdminDeps,
  places: readonly CausePlace[],
  hours: ListedCause["hours"],
): Promise<ListedCause[]> {
  const causes = await kept.read(places);
  return await Promise.all(
    causes.map(async ({ crm, ...cause }) => {
      const isAsked = kindOf(cause) === "held" && cause.count > 0;
      const [one] = isAsked ? await failed(crm, cause.id, { offset: 0, limit: 1 }) : [];
      return { crm, cause, figures: await kept.figures(crm, cause, hours), hours, first: one?.purchaseId };
    }),
  );
}

function ofCrm(kind: CauseKind, crm: string, count: number, formToken: string): Html | undefined {
  if (count === 0) return undefined;
  return html`<div class="card-head" id="crm-${crm}"><p><strong>${crmName(crm)}: ${plural(count, "purchase")}</strong></p>
${kind === "failed" && jobLink({ action: "retry", crm }, "Retry all", { about: crmName(crm), formToken })}</div>`;
}
