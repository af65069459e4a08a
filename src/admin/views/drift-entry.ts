/** What somebody did to a record in the CRM, in the timeline of its purchase. */
import type { FieldValue } from "../../../connectors/connector.ts";
import type { DriftEntry } from "../../synclog/entries.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural, type RecordUrl, table, tag } from "./parts.ts";
import { clock } from "./time.ts";

export function driftEntry({ crm, at, section, object, id, what }: DriftEntry, recordUrl: RecordUrl): Html {
  const record = html`${section}: ${object} <a href="${recordUrl(crm, object, id)}" rel="noreferrer">${id}</a>`;
  const head = (shown: Html): Html =>
    html`<div class="entry-head">${shown} <strong>${crmName(crm)}</strong> ${clock(at)}</div>`;
  switch (what.kind) {
    case "edited":
      return html`${head(tag("plain", "Edited there"))}
<div class="record"><p>${record} is not as it was written</p><details open><summary>${plural(what.fields.length, "field")}<span class="visually-hidden"> of ${object} ${id}</span></summary>
${table(`Fields of ${object} ${id} that were edited`, ["Field", "Written", "Found", "Edited"], what.fields.map(row))}</details></div>`;
    case "deleted":
      return html`${head(tag("warning", "Deleted there"))}<p>${record} is no longer there</p>`;
    case "merged":
      return html`${head(tag("plain", "Merged there"))}<p>${record} was merged into <a href="${recordUrl(crm, object, what.into)}" rel="noreferrer">${what.into}</a></p>`;
    case "settled":
      return html`${head(tag("good", "Settled there"))}<p>${record} is as it was written again, or is left as it is</p>`;
  }
}

function row({ field, from, to, by, at }: Extract<DriftEntry["what"], { kind: "edited" }>["fields"][number]): Html {
  const who = html`${at !== undefined && clock(at)}${by !== undefined && html` by <bdi>${by}</bdi>`}`;
  const edited = at === undefined && by === undefined ? html`<span class="quiet">not known</span>` : who;
  return html`<tr><th scope="row"><code>${field}</code></th><td>${shown(from)}</td><td>${shown(to)}</td><td>${edited}</td></tr>`;
}

function shown(value: FieldValue): Html {
  return value === null || value === "" ? html`<span class="quiet">blank</span>` : html`<bdi>${String(value)}</bdi>`;
}
