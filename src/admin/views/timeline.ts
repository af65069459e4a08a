/** What happened to a purchase, newest first. */

import type { FieldValue } from "../../../connectors/connector.ts";
import { leftOutSentence } from "../../operate/show/left-out.ts";
import { unidentifiedSentence } from "../../operate/show/unidentified.ts";
import type { ActionEntry, NotificationEntry, PassEntry, RecordEntry, TimelineEntry } from "../../synclog/entries.ts";
import { outcomeTag } from "./causes.ts";
import { driftEntry } from "./drift-entry.ts";
import { failureBlock } from "./failure.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural, type RecordUrl, table } from "./parts.ts";
import { clock, duration } from "./time.ts";

export function timeline(entries: readonly TimelineEntry[], recordUrl: RecordUrl): Html {
  const items = entries.toReversed().map((entry) => html`<li class="entry">${entryOf(entry, recordUrl)}</li>`);
  return html`<section class="card" aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<ol class="timeline" reversed>${items}</ol></section>`;
}

function entryOf(entry: TimelineEntry, recordUrl: RecordUrl): Html {
  switch (entry.kind) {
    case "pass":
      return pass(entry, recordUrl);
    case "action":
      return action(entry);
    case "drift":
      return driftEntry(entry, recordUrl);
  }
}

function pass(entry: PassEntry, recordUrl: RecordUrl): Html {
  const { crm, asked, times } = entry;
  const cost = [
    duration(entry.durationMs),
    asked.lookUps > 0 && plural(asked.lookUps, "look-up"),
    asked.writes > 0 && plural(asked.writes, "write"),
  ].filter(Boolean);
  const repeated = times > 1 && html` <strong>${times} times</strong>, the last at this time`;
  return html`<div class="entry-head">${outcomeTag(entry.outcome)} <strong>${crmName(crm)}</strong> ${clock(entry.at)}${repeated}
<span class="quiet">${cost.join(", ")}${(entry.mappings ?? []).map((version) => html`, by mapping <a href="/admin/mappings/history/${version}"><code>${version}</code></a>`)}</span></div>
${entry.notifications.map(notification)}
${entry.records.map((record) => recordBlock(crm, record, recordUrl))}
${(entry.unidentified ?? []).map((one) => html`<p>${unidentifiedSentence(one)}</p>`)}
${entry.failures.map((failure) => failureBlock(crm, failure, recordUrl))}`;
}

const ROUTES = {
  bookings: "A notification to the booking URL",
  updates: "A notification to the update URL",
  cancellations: "A notification to the cancellation URL",
  read_back: "A purchase read back from BookingBug",
} as const satisfies Record<NotificationEntry["route"], string>;

function notification({ route, receivedAt, says, changes, deliveryId }: NotificationEntry): Html {
  const what = changes.map(({ bookingId, kind }) => `booking ${bookingId} ${CHANGES[kind]}`).join(", ");
  const who =
    says === "decision"
      ? "Somebody's decision"
      : html`${ROUTES[route]}<span class="quiet" title="${deliveryId}"> (${deliveryId.split("-")[0]})</span>`;
  const told = says === "unreadable" ? "could no longer be read" : what === "" ? "changed nothing" : what;
  return html`<p>${who}, received ${clock(receivedAt)}: ${told}</p>`;
}

const CHANGES: Readonly<Record<NotificationEntry["changes"][number]["kind"], string>> = {
  created: "created",
  updated: "updated",
  rescheduled: "rescheduled",
  cancelled: "cancelled",
  repeated: "as before",
  confirmed: "not cancelled, BookingBug says",
  stale: "older than what is known, not applied",
  held: "held for a person to decide",
  taken_back: "as before the decision, and asked about again",
  not_asked: "not asked about any more, nothing changed",
};

const ACTIONS: Readonly<Record<RecordEntry["action"], string>> = {
  unchanged: "already as it should be",
  updated: "updated",
  created: "created",
  adopted: "found and adopted",
  recreated: "created again",
  removed: "deleted, since the booking is cancelled (cancelled: delete)",
  retired: "brought to its cancelled form, since the booking has another record now",
};

/** Nothing was there before. */
function isNew(action: RecordEntry["action"]): boolean {
  return action === "created" || action === "recreated";
}

function recordBlock(crm: string, record: RecordEntry, recordUrl: RecordUrl): Html {
  const { object, id, changes, skipped, leftOut = [] } = record;
  const href = recordUrl(crm, object, id);
  const booking = record.bookingId !== undefined && ` for booking ${record.bookingId}`;
  const head = html`${object} <a href="${href}" rel="noreferrer">${id}</a>${booking}: ${ACTIONS[record.action]}`;
  if (changes.length + skipped.length + leftOut.length === 0) return html`<p>${head}</p>`;
  const rows = [
    ...changes.map(
      ({ field, from, to }) =>
        html`<tr><th scope="row"><code>${field}</code></th><td>${shown(from, record.action)}</td><td>${shown(to, record.action)}</td></tr>`,
    ),
    ...skipped.map(
      ({ field, why }) =>
        html`<tr><th scope="row"><code>${field}</code></th><td colspan="2" class="quiet">${SKIPPED[why]}</td></tr>`,
    ),
    ...leftOut.map(
      (one) =>
        html`<tr><th scope="row"><code>${one.field}</code></th><td colspan="2">${leftOutSentence(one)}</td></tr>`,
    ),
  ];
  const count = [
    changes.length > 0 && plural(changes.length, "field"),
    skipped.length > 0 && `${skipped.length} left alone`,
    leftOut.length > 0 && `${leftOut.length} left out`,
  ];
  return html`<div class="record"><p>${head}</p><details${(record.action === "updated" || leftOut.length > 0) && html` open`}><summary>${count.filter(Boolean).join(", ")}<span class="visually-hidden"> of ${object} ${id}</span></summary>
${table(`Fields of ${object} ${id}`, ["Field", "Before", "After"], rows)}</details></div>`;
}

const SKIPPED: Readonly<Record<RecordEntry["skipped"][number]["why"], string>> = {
  when_empty: "left alone: the CRM's field was filled already (write: when_empty)",
  on_create: "left alone: written only when the record is created (write: on_create)",
  edited: "left alone: a person changed it in the CRM (write: unless_edited, owner: crm)",
  asked: "left alone: a person changed it in the CRM, and somebody is to say whose word counts (owner: ask); see Drift",
  not_forward: "left alone: the CRM is further on already (write: forward)",
  not_in_order: "left out: our value is not in the mapping's order (write: forward)",
  crm_not_in_order: "left alone: the CRM's value is not in the mapping's order (write: forward)",
};

function shown(value: FieldValue | undefined, action: RecordEntry["action"]): Html {
  if (value === undefined) return html`<span class="quiet">${isNew(action) ? "new record" : "not known"}</span>`;
  if (value === null || value === "") return html`<span class="quiet">blank</span>`;
  return html`${String(value)}`;
}

const DONE: Readonly<Record<ActionEntry["action"], string>> = {
  retry: "ran it again",
  dismiss: "dismissed it",
  pick: "picked the record",
  decide: "decided",
  take_back: "took a decision back",
  show_payload: "looked at the payload with personal data",
  undo: "gave back what was written over",
};

function action({ at, by, crm, action: what, detail, job }: ActionEntry): Html {
  const where = what === "show_payload" ? "" : ` (${crmName(crm)})`;
  return html`<div class="entry-head"><strong>${by}</strong> ${DONE[what]}${where} ${clock(at)}${detail !== undefined && html`: ${detail}`}${job !== undefined && html` <a href="/admin/jobs/${encodeURIComponent(job)}">in a job</a>`}</div>`;
}
