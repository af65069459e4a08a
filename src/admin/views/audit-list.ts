/** The audit trail as a table, with what it is filtered by and the way to older lines. */
import { AUDITED, type Audited } from "../../audit/audited.ts";
import type { AuditLine, Outcome } from "../../audit/line.ts";
import { AUDITED_WORDS, concernedWords, OUTCOME_WORDS } from "../../audit/words.ts";
import { type Html, html } from "./html.ts";
import { type Tone, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

export interface AuditFilter {
  readonly who: string | undefined;
  readonly what: Audited | undefined;
}

const PATH = "/admin/audit";
const TONES: Readonly<Record<Outcome, Tone>> = { done: "good", refused: "warning", failed: "bad" };

export function auditFilter(who: string | undefined, what: Audited | undefined): Html {
  const options = AUDITED.map(
    (one) => html`<option value="${one}"${one === what && html` selected`}>${AUDITED_WORDS[one]}</option>`,
  );
  return html`<search><form class="search narrowed" method="get" action="${PATH}">
<label>Who<input type="search" name="who" value="${who ?? ""}" autocomplete="off" spellcheck="false"></label>
<label>What<select name="what"><option value="">Everything</option>${options}</select></label>
<button type="submit">Show</button></form></search>`;
}

export function auditTable(lines: readonly AuditLine[], now: number): Html {
  return table(
    "What was done",
    ["When", "Who", "From", "What", "On what", "How it ended"],
    lines.map((line) => row(line, now)),
    "stack",
  );
}

function row({ at, who, from, what, on, outcome }: AuditLine, now: number): Html {
  const { purchase } = on;
  const link =
    purchase !== undefined && html`<a href="/admin/bookings/${encodeURIComponent(purchase)}">purchase ${purchase}</a>`;
  const rest = concernedWords(on).join(", ");
  return html`<tr><td>${ago(at, now)}</td><td>${who}</td><td>${from}</td><td>${AUDITED_WORDS[what]}</td>
<td>${link}${link && rest !== "" && ", "}${rest}</td><td>${tag(TONES[outcome], OUTCOME_WORDS[outcome])}</td></tr>`;
}

/** @param isOlder whether the page shown is not the newest. @param older where the next one begins */
export function auditPager({ who, what }: AuditFilter, isOlder: boolean, older: string | undefined): Html {
  if (!isOlder && older === undefined) return html``;
  const to = (before?: string): string => {
    const query = new URLSearchParams({ ...(who && { who }), ...(what && { what }), ...(before && { before }) });
    return query.size === 0 ? PATH : `${PATH}?${query}`;
  };
  return html`<nav class="pager" aria-label="Pages">
${isOlder && html`<a href="${to()}">← Newest</a>`}
${older !== undefined && html`<a href="${to(older)}" rel="next">Older →</a>`}</nav>`;
}
