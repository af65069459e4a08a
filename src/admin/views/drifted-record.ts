/** A record that drifted, each of its fields with three sides. */
import type { FieldValue } from "../../../connectors/connector.ts";
import type { Drifted, DriftedField } from "../../drift/drifted.ts";
import { type Html, html } from "./html.ts";
import { crmName, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

interface How {
  readonly crm: string;
  readonly now: number;
  readonly recordUrl: (object: string, id: string) => string;
}

export function driftedRecord(entry: Drifted, how: How): Html {
  const { purchaseId, section, object, id, since } = entry;
  return html`<div class="record"><p>${kindOf(entry, how)} ${section}: <a href="${how.recordUrl(object, id)}" rel="noreferrer">${object} ${id}</a> of <a href="/admin/bookings/${encodeURIComponent(purchaseId)}">purchase ${purchaseId}</a> <span class="quiet">known since ${ago(since, how.now)}</span></p>
${entry.kind === "drifted" && fieldsTable(entry, how)}</div>`;
}

function kindOf(entry: Drifted, { recordUrl }: How): Html {
  switch (entry.kind) {
    case "deleted":
      return tag("warning", "deleted");
    case "merged":
      return html`${tag("plain", "merged")} into <a href="${recordUrl(entry.object, entry.into)}" rel="noreferrer">${entry.into}</a>:`;
    case "drifted":
      return entry.fields.some(({ asks }) => asks === "hold")
        ? tag("warning", "to be decided")
        : tag("plain", "edited");
  }
}

/** A whole page of such records stays small. */
const FIELDS = 10;

function fieldsTable({ object, id, fields }: Extract<Drifted, { kind: "drifted" }>, { crm, now }: How): Html {
  const head = ["Field", `In ${crmName(crm)} now`, "Written", "BookingBug says", "Edited"];
  const first = fields.toSorted((a, b) => Number(b.asks === "hold") - Number(a.asks === "hold")).slice(0, FIELDS);
  const more = fields.length - first.length;
  const rows = first.map((one) => row(one, crm, now));
  return html`${table(`What differs in ${object} ${id}`, head, rows, "stack")}${more > 0 && html`<p class="quiet">and ${more} more</p>`}`;
}

function row({ field, base, ours, theirs, at, by, isOurs, isLink }: DriftedField, crm: string, now: number): Html {
  const cell = (label: string, content: Html): Html => html`<td data-label="${label}">${content}</td>`;
  const who = isOurs === true ? html`by our own user` : by !== undefined && html`by <bdi>${by}</bdi>`;
  const edited =
    at === undefined && !who
      ? html`<span class="quiet">not known</span>`
      : html`${at !== undefined && ago(at, now)} ${who}`;
  return html`<tr><th scope="row"><code>${field}</code>${isLink && html` <span class="quiet">link</span>`}</th>
${cell(`In ${crmName(crm)} now`, shown(theirs))}${cell("Written", shown(base))}${cell("BookingBug says", shown(ours))}${cell("Edited", edited)}</tr>`;
}

/** As much as tells two values apart; the record has the rest. */
const LONGEST = 120;

function shown(value: FieldValue): Html {
  if (value === null || value === "") return html`<span class="quiet">blank</span>`;
  const text = String(value);
  return html`<bdi>${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</bdi>`;
}
