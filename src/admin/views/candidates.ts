/** The CRM records that might be a person, side by side with what BookingBug says. */
import type { FieldValue } from "../../../connectors/connector.ts";
import type { Candidates } from "../../operate/pick.ts";
import { type Html, html } from "./html.ts";
import { table } from "./parts.ts";

export interface CandidatesOptions {
  readonly object: string;
  /** The button for a record. */
  readonly pick: (id: string) => Html;
  readonly recordUrl: (id: string) => string;
}

export function candidatesTable({ wanted, records }: Candidates, options: CandidatesOptions): Html {
  const head = [
    "Field",
    "BookingBug",
    ...records.map(({ id }) => html`<a href="${options.recordUrl(id)}" rel="noreferrer">${id}</a>`),
  ];
  const rows = wanted.map(({ field, value }) => {
    const cells = records.map((record) => html`<td>${cell(record.values[field], value)}</td>`);
    return html`<tr><th scope="row"><code>${field}</code></th><td>${shown(value)}</td>${cells}</tr>`;
  });
  const buttons = html`<tr><td></td><td></td>${records.map(({ id }) => html`<td>${options.pick(id)}</td>`)}</tr>`;
  return table(`Matching ${options.object} records`, head, [...rows, buttons]);
}

function cell(value: FieldValue | undefined, wanted: FieldValue): Html {
  const same = String(value ?? "").toLowerCase() === String(wanted ?? "").toLowerCase();
  return same
    ? html`${shown(value)} <span class="good" title="as BookingBug says">✓<span class="visually-hidden"> the same</span></span>`
    : html`${shown(value)}`;
}

function shown(value: FieldValue | undefined): Html {
  return value === null || value === undefined || value === ""
    ? html`<span class="quiet">blank</span>`
    : html`${String(value)}`;
}
