/** One job on many: its bar, its outcome, the way to stop it. */
import { filterWords } from "../../bulk/request.ts";
import { type Bulk, overOf } from "../../bulk/store.ts";
import { ACTION_WORDS, outcomeLines, STATE_WORDS, type State, stateOf, totalWords } from "../../bulk/words.ts";
import type { PageRequest } from "../page.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { impactCard } from "./impact-card.ts";
import { type Tone, tag } from "./parts.ts";
import { ago } from "./time.ts";

const TONES: Readonly<Record<State, Tone>> = {
  waiting: "plain",
  running: "busy",
  stopping: "busy",
  stopped: "warning",
  done: "good",
  broke_off: "bad",
};

export function stateTag(bulk: Bulk): Html {
  const state = stateOf(bulk);
  return tag(TONES[state], STATE_WORDS[state]);
}

export function jobBody(bulk: Bulk, { now, formToken }: Pick<PageRequest, "now" | "formToken">): Html {
  const { id, request, by, at, total, stop, end, found } = bulk;
  const over = overOf(bulk);
  const path = `/admin/jobs/${encodeURIComponent(id)}`;
  const stopForm = { action: `${path}/stop`, formToken, button: "Stop" };
  return html`<p class="crumb"><a href="/admin/jobs">Jobs</a></p>
<div class="card-head"><h1>${ACTION_WORDS[request.action]} ${totalWords(bulk)}</h1>${stateTag(bulk)}</div>
<section class="card" aria-label="How far it is">
<p><label for="bar">${over} of ${totalWords(bulk)} over</label><progress id="bar" max="${Math.max(total, over, 1)}" value="${end?.how === "done" ? Math.max(total, over, 1) : over}"></progress></p>
<ul>${outcomeLines(bulk).map((line) => html`<li>${line}</li>`)}</ul>
<dl class="facts"><dt>Which</dt><dd>${filterWords(request).join(", ")}</dd>
${request.action === "dismiss" && html`<dt>Reason</dt><dd>${request.reason}</dd>`}
${request.action === "decide" && html`<dt>Answer</dt><dd>${request.verdict}</dd>`}
<dt>Started</dt><dd>by ${by}, ${ago(at, now)}</dd>
${stop && html`<dt>Stopped</dt><dd>by ${stop.by}, ${ago(stop.at, now)}</dd>`}
${end && html`<dt>Ended</dt><dd>${ago(end.at, now)}</dd>`}</dl>
${
  end === undefined &&
  html`<div class="actions"><a href="${path}" role="button">Refresh</a>${stop === undefined && buttonForm(stopForm)}</div>
<p class="quiet">A worker does it, behind whatever is live. This page may be closed.</p>`
}</section>
${found && impactCard(found)}`;
}
