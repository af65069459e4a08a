/** A person's pause of a CRM: said on every page, and made on the overview. */
import type { PauseState } from "../../sync/pause.ts";
import { buttonForm, NO_BUTTONS } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { crmName } from "./parts.ts";
import { ago } from "./time.ts";

const HOUR_MS = 3_600_000;

export const PAUSE_TIMES = [
  { value: "1h", words: "for an hour", ms: HOUR_MS },
  { value: "4h", words: "for four hours", ms: 4 * HOUR_MS },
  { value: "24h", words: "for a day", ms: 24 * HOUR_MS },
  { value: "resumed", words: "until somebody resumes", ms: undefined },
] as const;

export interface PausedCrm {
  readonly crm: string;
  readonly state: PauseState;
}

/** One line for each CRM that somebody paused. */
export function pauseBanner(paused: readonly PausedCrm[], now: number): Html[] {
  return paused.map(
    ({ crm, state }) =>
      html`<p class="warning pause">${pauseWords(crm, state, now)} <a href="/admin#crm-${crm}">Resume</a></p>`,
  );
}

function pauseWords(crm: string, state: PauseState, now: number): Html {
  const name = html`<strong>${crmName(crm)} is paused.</strong>`;
  if (state.kind === "in_the_queues")
    return html`${name} Somebody pressed pause in the queues; nothing goes on until somebody resumes.`;
  const until = state.until === undefined ? "until somebody resumes" : html`goes on by itself ${ago(state.until, now)}`;
  return html`${name} By <bdi>${state.by}</bdi>, ${ago(state.since, now)}: “<bdi>${state.reason}</bdi>”; ${until}.`;
}

export function pauseForm(crm: string, formToken: string): Html | undefined {
  if (formToken === NO_BUTTONS) return undefined;
  const fields = html`<label>Why<input name="reason" required maxlength="200" autocomplete="off"></label>
<label>For how long<select name="for">${PAUSE_TIMES.map(({ value, words }) => html`<option value="${value}">${words}</option>`)}</select></label>`;
  return html`<details class="pause-form"><summary>Pause ${crmName(crm)}</summary>
<p class="quiet">Nothing is written to it meanwhile. Notifications are received and kept, and applied afterwards.</p>
${buttonForm({ action: "/admin/pause", formToken, hidden: { crm }, fields, button: "Pause", about: crmName(crm) })}</details>`;
}
