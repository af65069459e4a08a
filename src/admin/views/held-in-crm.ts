/** What a CRM holds beside what was written to it, as it was last looked at. */
import { type KeptDifference, type KeptVerdict, type LastVerdicts, toldBy } from "../../reconcile/verdicts.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

export interface HeldView {
  readonly crm: string;
  readonly kept: LastVerdicts | undefined;
  readonly recordUrl: (object: string, id: string) => string;
}

const BY: Readonly<Record<KeptVerdict["by"], string>> = { schedule: "by schedule", command: "by command" };

export function heldCard({ crm, kept, recordUrl }: HeldView, now: number): Html {
  const id = `held-${crm}`;
  const told = kept && toldBy(kept);
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">What ${crmName(crm)} holds</h2>
${told === undefined ? notYet() : [kept && kept.last !== told && breakOff(kept.last, now), facts(told, now), differences(told, crm, recordUrl)]}</section>`;
}

function notYet(): Html {
  return html`<p>Nobody has looked yet. The worker does each night, unless <code>RECONCILE_EVERY</code> is <code>off</code>; <code>crm-sync reconcile --crm</code> does now.</p>`;
}

function breakOff({ startedAt, outcome }: KeptVerdict, now: number): Html | undefined {
  if (outcome.kind !== "broke_off") return undefined;
  return html`<p>${tag("warning", "Broke off")} The last look, ${ago(startedAt, now)}: ${outcome.why} What the one before found:</p>`;
}

function facts(told: KeptVerdict, now: number): Html {
  const { by, startedAt, purchases, underWay, records, calls, different } = told;
  const { gone, merged, differs } = different;
  return html`<dl class="facts"><dt>Looked at</dt><dd>${ago(startedAt, now)}, ${BY[by]}</dd>
<dt>Records</dt><dd>${records} of ${plural(purchases, "purchase")}, in ${plural(calls, "call")}${underWay > 0 && html`; ${plural(underWay, "purchase")} with something that waits, failed or is held: not looked at`}</dd>
<dt>Since written</dt><dd>${gone + merged + differs === 0 ? "all as it was written" : `${gone} gone, ${merged} merged, ${differs} edited`}</dd>
<dt>How far</dt><dd>${howFar(told)}</dd></dl>`;
}

function howFar({ outcome }: KeptVerdict): Html {
  switch (outcome.kind) {
    case "complete":
      return html`${tag("good", "All looked at")}`;
    case "share_used":
      return html`${tag("plain", "In part")} A twentieth of the day’s calls was used up: older purchases were not looked at.`;
    case "broke_off":
      return html`${tag("warning", "Broke off")} ${outcome.why}`;
  }
}

function differences(told: KeptVerdict, crm: string, recordUrl: HeldView["recordUrl"]): Html | undefined {
  const { gone, merged, differs } = told.different;
  const more = gone + merged + differs - told.differences.length;
  if (told.differences.length === 0) return undefined;
  return html`${gone > 0 && html`<p>What is gone is made anew once its booking changes, if the mapping says so.</p>`}
${differs > 0 && html`<p>Edits are left as they are: a field is written again once BookingBug says something else of it.</p>`}
${table(
  `What differs in ${crmName(crm)}`,
  ["Purchase", "Record", "Since written"],
  told.differences.map((one) => differenceRow(one, recordUrl)),
  "stack",
)}${more > 0 && html`<p>And ${more} more.</p>`}`;
}

function differenceRow(difference: KeptDifference, recordUrl: HeldView["recordUrl"]): Html {
  const { purchaseId, section, object, id } = difference;
  return html`<tr><th scope="row"><a href="/admin/bookings/${encodeURIComponent(purchaseId)}">purchase ${purchaseId}</a></th>
<td>${section}: <a href="${recordUrl(object, id)}" rel="noreferrer">${object} ${id}</a></td><td>${whatIsOf(difference, recordUrl)}</td></tr>`;
}

function whatIsOf(difference: KeptDifference, recordUrl: HeldView["recordUrl"]): Html {
  switch (difference.kind) {
    case "gone":
      return tag("warning", "gone");
    case "merged":
      return html`${tag("plain", "merged")} into <a href="${recordUrl(difference.object, difference.into)}" rel="noreferrer">${difference.into}</a>`;
    case "differs":
      return html`${tag("plain", "edited")} ${difference.fields.map((field, index) => [index > 0 && ", ", html`<code>${field}</code>`])}`;
  }
}

/** Few words for a line about how everything stands. Only what is gone is a reason to look. */
export function heldWords(views: readonly HeldView[]): { readonly words: readonly string[]; readonly isGone: boolean } {
  const told = views.flatMap(({ crm, kept }) => (kept === undefined ? [] : [{ crm, ...toldBy(kept) }]));
  const lines = told.flatMap(({ crm, different: { gone, differs } }) => [
    gone > 0 && `${crmName(crm)} no longer has ${plural(gone, "record")} that ${gone === 1 ? "was" : "were"} written.`,
    differs > 0 &&
      `${plural(differs, "record")} edited in ${crmName(crm)} ${differs === 1 ? "is" : "are"} left as edited.`,
  ]);
  const unread = views.filter(({ kept }) => kept?.last.outcome.kind === "broke_off");
  return {
    words: [
      ...lines.filter((line) => line !== false),
      ...unread.map(({ crm }) => `The last look at what ${crmName(crm)} holds broke off.`),
    ],
    isGone: told.some(({ different }) => different.gone > 0),
  };
}
