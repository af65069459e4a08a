/** The verdict in large words, and what it is made of: what is wrong, and what to do next. */
import type { Finding, FindingKind, Place } from "../../health/findings.ts";
import { SENDER, SERVICE } from "../../health/findings.ts";
import { pathTo } from "../../health/places.ts";
import { LEVEL_WORDS, type Level, type Verdict } from "../../health/verdict.ts";
import type { Cause } from "../../synclog/cause.ts";
import { inSentence } from "../../synclog/failure-kinds.ts";
import { causeTitle } from "./causes.ts";
import { NO_BUTTONS } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { crmName, type Tone, tag } from "./parts.ts";

/** In a word or two, for a tag. */
const SHORT: Readonly<Record<FindingKind, string>> = {
  no_worker: "No worker",
  gate: "Paused",
  paused: "Paused by hand",
  failing: "Failing",
  some_fail: "Some fail",
  lag: "Late",
  waiting: "Waiting",
  failed: "Failed",
  held: "Held",
  refused: "Refused",
  astray: "Wrong address",
  silent: "Silent",
  quarantine_growing: "Growing",
  quarantine: "Quarantine",
  behind: "Not in step",
  mapping_refused: "Mapping refused",
  schema: "Fields changed",
  daily: "Calls nearly spent",
  walk: "Not compared",
  unanswered: "No answer",
  never_came: "Read back",
  deleted: "Records deleted",
  asked: "Edits to decide",
};

const NAMES: Readonly<Record<Exclude<Place, "crm">, string>> = {
  received: "From BookingBug",
  mappings: "Mapping in force",
  schema: "What changed in the CRM",
  failed: "Failed",
  held: "Held",
  quarantine: "Quarantine",
  reconciliation: "Reconciliation",
  deleted: "Deleted records",
  asked: "Edits to decide",
  waiting: "What waits",
};

const NO_FINDING = "Nothing failed, nothing waits for you, and nothing waits for long, as far as the service can know.";

/**
 * @param formToken `NO_BUTTONS` for who may only look
 * @param worst by CRM, what most purchases failed for, where they failed for more than one thing
 */
export function verdictCard(
  { level, findings }: Verdict,
  formToken: string,
  worst: ReadonlyMap<string, readonly Cause[]>,
): Html {
  const [first, ...rest] = findings;
  const words = html`<p class="verdict-words">${mark(level)} ${LEVEL_WORDS[level]}.</p>`;
  if (first === undefined)
    return html`<section class="verdict good" aria-label="Verdict">${words}<p>${NO_FINDING}</p></section>`;
  return html`<section class="verdict ${level}" aria-label="Verdict">${words}
<div class="worst">${told(first, formToken, worst)}</div>
${rest.length > 0 && html`<ul class="findings">${rest.map((one) => html`<li>${told(one, formToken, worst)}</li>`)}</ul>`}</section>`;
}

const TONES: Readonly<Record<Level, Tone>> = { good: "good", warning: "warning", bad: "bad" };

/** How a CRM stands, in a word: the worst of what was found of it, or of what keeps everything from it. */
export function crmTag(crm: string, { findings }: Verdict): Html {
  const worst = findings.find(({ about, kind }) => about === crm || kind === "no_worker");
  return worst === undefined ? tag("good", "Healthy") : findingTag(worst);
}

/** @returns undefined where nothing is wrong with what comes from BookingBug */
export function senderTag({ findings }: Verdict): Html | undefined {
  const worst = findings.find(({ place }) => place === "received" || place === "quarantine");
  return worst && findingTag(worst);
}

function findingTag({ kind, severity }: Finding): Html {
  return tag(TONES[severity], SHORT[kind]);
}

const MARKS: Readonly<Record<Level, string>> = { good: "✓", warning: "!", bad: "✕" };

function mark(level: Level): Html {
  return html`<span aria-hidden="true">${MARKS[level]}</span>`;
}

function told(one: Finding, formToken: string, worst: ReadonlyMap<string, readonly Cause[]>): Html {
  const { place, about } = one;
  const name = place === "crm" ? crmName(about) : NAMES[place];
  // The verdict is on the overview itself.
  const path = pathTo(place, about).replace(/^\/admin(?=#)/, "");
  return html`${findingTag(one)} <strong>${titleOf(one)}.</strong> ${one.detail} <br><strong>Next:</strong> ${one.next} <a href="${path}">${name}</a>${place === "failed" && formToken !== NO_BUTTONS && html` · ${retryLink({ crm: about }, "Retry all", crmName(about))}`}${place === "failed" && causesOf(about, worst.get(about) ?? [], formToken)}`;
}

/** The way to the largest, which is the one that is mended first. */
function causesOf(crm: string, causes: readonly Cause[], formToken: string): Html | undefined {
  if (causes.length === 0) return undefined;
  return html`<ul>${causes.map((cause) => {
    const title = causeTitle(cause);
    const path = `/admin/failed/${crm}/${encodeURIComponent(cause.id)}`;
    const retry = formToken !== NO_BUTTONS && html` · ${retryLink({ crm, cause: cause.id }, "Retry", title)}`;
    return html`<li>${cause.count.toLocaleString("en")} <a href="${path}">${title}</a>${retry}</li>`;
  })}</ul>`;
}

/** Leads to the page that says how many and how long, and starts it. @param about for who hears the page */
function retryLink(asked: { readonly crm: string; readonly cause?: string }, text: string, about: string): Html {
  const query = new URLSearchParams({ action: "retry", ...asked }).toString();
  return html`<a href="/admin/jobs/new?${query}">${text}<span class="visually-hidden">: ${about}</span></a>`;
}

function titleOf({ about, title }: Finding): string {
  if (about === SERVICE) return title;
  return `${about === SENDER ? "BookingBug" : crmName(about)}: ${inSentence(title)}`;
}
