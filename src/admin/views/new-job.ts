/** The page before a job on many: what, how many, how much, how long; and one button. */
import { durationWords, type Estimate } from "../../bulk/estimate.ts";
import { type ActingRequest, filterWords } from "../../bulk/request.ts";
import { ACTION_WORDS, totalWords } from "../../bulk/words.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";

export interface NewJob {
  readonly request: ActingRequest;
  readonly expected: Estimate;
  /** The cause in words. */
  readonly about: string | undefined;
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly formToken: string;
}

const EFFECT: Readonly<Record<ActingRequest["action"], string>> = {
  retry: "Each is brought up to date once more; what succeeds leaves the list. Only what differs is written.",
  dismiss: "Each leaves the list, and nothing is written. The next notification of it brings all of it up to date.",
  decide: "Each booking that these purchases ask this about gets the same answer, in every CRM.",
  run_again: "Each is brought up to date once more. Only what differs is written.",
  repair_drift:
    "What people changed there is written over, as the mapping says. What is not as planned any more when its turn comes is left. crm-sync undo --job gives back what was written over.",
  read_again: "Each delivery is read as if it had just arrived; what can be read is queued.",
};

export function newJobBody({ request, expected, about, fields, formToken }: NewJob): Html {
  const { total, calls, seconds } = expected;
  const size = totalWords({ request, total });
  return html`<p class="crumb"><a href="/admin/jobs">Jobs</a></p>
<h1>${ACTION_WORDS[request.action]} ${size}</h1>
<p class="lead">${EFFECT[request.action]}</p>
<section class="card" aria-label="What would be done"><dl class="facts">
<dt>Which</dt><dd>${about !== undefined && html`<strong>${about}</strong><br>`}${filterWords(request).join(", ")}</dd>
<dt>How many</dt><dd>${size}</dd>
<dt>Calls to the CRM</dt><dd>${callsWords(calls)}</dd>
<dt>How long</dt><dd>about ${durationWords(seconds)}, while the CRM answers; what is live always comes first</dd></dl>
${buttonForm({ action: "/admin/jobs", formToken, hidden: fields, fields: asks(request), button: `Start: ${ACTION_WORDS[request.action].toLowerCase()} ${size}`, look: "primary" })}
<p class="quiet">A worker does it. This page may be closed, and the job can be stopped at any time.</p></section>`;
}

function callsWords(calls: number | undefined): string {
  if (calls === undefined) return "not known: nothing was brought up to date in the last day";
  return calls === 0 ? "none" : `about ${calls}, by what purchases took in the last day`;
}

function asks(request: ActingRequest): Html {
  if (request.action === "dismiss") {
    return html`<label>Reason<input type="text" name="reason" required maxlength="200"></label>`;
  }
  if (request.action !== "decide") return html``;
  return html`<label>Each of the bookings is<select name="verdict" required><option value="">Choose</option>
<option value="cancelled">cancelled</option><option value="active">still active</option></select></label>`;
}
