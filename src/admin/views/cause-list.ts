/** Causes as a list: how each stands, whom it concerned, a bar per hour; and the hours that are asked about. */
import { type Cause, type CauseKind, kindOf } from "../../synclog/cause.ts";
import type { Hours } from "../../synclog/hours.ts";
import type { Broke, CauseFigures } from "../../synclog/kept-causes.ts";
import { questionPage } from "../next-question.ts";
import type { PageRequest } from "../page.ts";
import { fieldsOfSpan, lastNight } from "../span.ts";
import { stateLine, stateTag } from "./cause-state.ts";
import { causeTitle } from "./causes.ts";
import { jobLink } from "./failed-forms.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural } from "./parts.ts";
import { spark } from "./spark.ts";
import { ago, clock } from "./time.ts";

export interface ListedCause {
  readonly crm: string;
  readonly cause: Cause;
  readonly figures: CauseFigures;
  /** Of the bars. */
  readonly hours: Hours;
  /** Whose question comes first, where a person is waited for. */
  readonly first: string | undefined;
}

export const LIST_WORDS: Readonly<Record<CauseKind, { path: string; title: string; did: string }>> = {
  failed: { path: "/admin/failed", title: "Failed", did: "failed" },
  held: { path: "/admin/held", title: "Held", did: "began to wait for a person" },
};

export function causePath(crm: string, causeId: string): string {
  return `/admin/failed/${encodeURIComponent(crm)}/${encodeURIComponent(causeId)}`;
}

export function causeCard(
  { crm, cause, figures, hours, first }: ListedCause,
  { now, formToken }: Pick<PageRequest, "now" | "formToken">,
): Html {
  const title = causeTitle(cause);
  const chosen = { crm, cause: cause.id };
  const isListed = cause.count > 0;
  const link = { about: title, formToken };
  const about = html`<span class="visually-hidden">: ${title}</span>`;
  const decide = first !== undefined && html`<a href="${questionPage(crm, first)}" role="button">Decide${about}</a>`;
  return html`<article class="card cause"><div class="card-head"><h2>${title}</h2>${stateTag(cause)}</div>
<div class="cause-figures"><p class="quiet">${crmName(crm)}. ${figureWords(cause, figures)}<br>First seen ${ago(cause.firstSeen, now)}, last seen ${ago(cause.lastSeen, now)}. ${stateLine(cause, now)}</p>
${causeBars(cause, figures, hours)}</div>
<details><summary>Example<span class="visually-hidden">: ${title}</span></summary><blockquote>${cause.example}</blockquote></details>
<div class="actions">${decide}<a href="${causePath(crm, cause.id)}" role="button" class="secondary">${isListed ? "Show purchases" : "How it ended"}${about}</a>
${isListed && jobLink({ action: "retry", ...chosen }, cause.count === 1 ? "Retry" : `Retry all ${cause.count}`, link)}
${isListed && jobLink({ action: "dismiss", ...chosen }, "Dismiss", link)}</div></article>`;
}

/** "2 purchases now, 3 ever, about 2 customers" */
export function figureWords({ count }: Cause, { purchases, customers }: CauseFigures): string {
  const ever = `${purchases} ever, about ${plural(customers, "customer")}`;
  return count === 0 ? `None now, ${ever}.` : `${plural(count, "purchase")} now, ${ever}.`;
}

export function causeBars(cause: Cause, { byHour }: CauseFigures, { from, to }: Hours): Html {
  const span = `${minute(from)} to ${minute(to)} UTC`;
  const label = `Purchases listed for ${causeTitle(cause)}, each hour from ${span}`;
  const tone = kindOf(cause) === "held" ? "warning" : "bad";
  return html`<figure class="hours">${spark({ label, values: byHour, tone })}<figcaption>Per hour, ${span}</figcaption></figure>`;
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, "YYYY-MM-DDTHH:MM".length).replace("T", " ");
}

export function kindTabs(
  counts: Readonly<Record<CauseKind, number>>,
  current: CauseKind,
  span: Hours | undefined,
): Html {
  const query = spanQuery(span);
  const tab = (kind: CauseKind): Html => {
    const { path, title } = LIST_WORDS[kind];
    return html`<a href="${path}${query}"${kind === current && html` aria-current="page"`}>${title}: ${plural(counts[kind], "purchase")} now</a>`;
  };
  return html`<nav aria-label="Failed or held" class="tabs">${tab("failed")}${tab("held")}</nav>`;
}

export function spanQuery(span: Hours | undefined): string {
  const fields = fieldsOfSpan(span);
  return fields === undefined ? "" : `?${new URLSearchParams(fields)}`;
}

export function spanForm(kind: CauseKind, span: Hours | undefined, now: number): Html {
  const { path } = LIST_WORDS[kind];
  const fields = fieldsOfSpan(span);
  const input = (name: "from" | "to", text: string): Html =>
    html`<label>${text}<input type="datetime-local" step="3600" name="${name}" value="${fields?.[name]}" required></label>`;
  return html`<form method="get" action="${path}" class="inline-form span">${input("from", "What broke from (UTC)")}${input("to", "to (UTC)")}
<button type="submit" class="secondary">Show</button><a href="${path}${spanQuery(lastNight(now))}">Last night</a>${span !== undefined && html`<a href="${path}">What is listed now</a>`}</form>`;
}

/** The answer in a line, of this list and of the other. */
export function brokeWords(kind: CauseKind, span: Hours, broke: Readonly<Record<CauseKind, Broke>>): Html {
  const [from, to] = [span.from, span.to].map((ms) => clock(new Date(ms).toISOString()));
  const other = kind === "failed" ? "held" : "failed";
  return html`<p class="lead">From ${from} to ${to} <strong>${words(broke[kind])}</strong> ${LIST_WORDS[kind].did}, what is mended since included.
<a href="${LIST_WORDS[other].path}${spanQuery(span)}">${words(broke[other])}</a> ${LIST_WORDS[other].did}.</p>`;
}

function words({ purchases, customers, places }: Broke): string {
  if (purchases === 0) return "no purchase";
  return `${plural(purchases, "purchase")}, about ${plural(customers, "customer")}, of ${plural(places.length, "cause")}`;
}
