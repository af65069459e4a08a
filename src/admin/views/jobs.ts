/** Jobs on many as a table, and the form that asks for one. */
import { filterWords } from "../../bulk/request.ts";
import { type Bulk, overOf } from "../../bulk/store.ts";
import { ACTION_WORDS, outcomeLines, totalWords } from "../../bulk/words.ts";
import { NO_BUTTONS } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { stateTag } from "./job.ts";
import { crmName, table } from "./parts.ts";
import { ago } from "./time.ts";

export function jobsTable(bulks: readonly Bulk[], now: number): Html {
  const head = ["Started", "Who", "What", "How far", "How it stands"];
  return table(
    "Jobs",
    head,
    bulks.map((bulk) => row(bulk, now)),
    "stack",
  );
}

function row(bulk: Bulk, now: number): Html {
  const { id, request, by, at } = bulk;
  return html`<tr><td>${ago(at, now)}</td><td>${by}</td>
<td><a href="/admin/jobs/${encodeURIComponent(id)}">${ACTION_WORDS[request.action]} ${totalWords(bulk)}</a><br><small>${filterWords(request).join(", ")}</small></td>
<td>${overOf(bulk)} of ${totalWords(bulk)}</td><td>${stateTag(bulk)}<br><small>${outcomeLines(bulk).join("; ")}</small></td></tr>`;
}

/** @param today as YYYY-MM-DD */
export function runAgainForm(crms: readonly string[], today: string, formToken: string): Html | undefined {
  if (formToken === NO_BUTTONS) return undefined;
  const options = crms.map((crm) => html`<option value="${crm}">${crmName(crm)}</option>`);
  return html`<section class="card" aria-labelledby="run-again"><h2 id="run-again">Run purchases again</h2>
<p>Those whose newest notification came on these days (UTC). How many that are, and how long it takes, is said before anything is done.</p>
<form method="get" action="/admin/jobs/new" class="search narrowed"><input type="hidden" name="action" value="run_again">
<label>From<input type="date" name="from" value="${today}" required></label>
<label>To<input type="date" name="to" value="${today}" required></label>
<label>CRM<select name="crm"><option value="">Every CRM</option>${options}</select></label>
<label>Company id<input type="text" name="company" inputmode="numeric" pattern="[0-9]{1,20}" autocomplete="off"></label>
<label>Service id<input type="text" name="service" inputmode="numeric" pattern="[0-9]{1,20}" autocomplete="off"></label>
<label>Brought up to date by<select name="older"><option value="">any mapping</option><option value="1">an older mapping than the one in force</option></select></label>
<button type="submit">See how many</button></form></section>`;
}
