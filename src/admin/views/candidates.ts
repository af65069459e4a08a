/** The CRM records that might be a person, side by side with what BookingBug says. */
import type { FieldValue } from "../../../connectors/connector.ts";
import type { Candidate, Candidates, Fact } from "../../operate/candidates.ts";
import { type Html, html } from "./html.ts";
import { plural, table } from "./parts.ts";
import { ago } from "./time.ts";

export interface CandidatesOptions {
  readonly object: string;
  readonly now: number;
  /** The button for a record. */
  readonly pick: (id: string) => Html;
  readonly recordUrl: (id: string) => string;
}

export function candidatesTable({ facts, candidates, stampField }: Candidates, options: CandidatesOptions): Html {
  const head = [
    "Field",
    "BookingBug",
    ...candidates.map(({ id }) => html`<a href="${options.recordUrl(id)}" rel="noreferrer">${id}</a>`),
  ];
  const rows = facts.map((fact) => {
    const cells = candidates.map(({ values }) => html`<td>${cell(values[fact.field], fact, options.now)}</td>`);
    const said = fact.wanted === undefined ? html`<span class="quiet">–</span>` : shown(fact.wanted);
    return html`<tr><th scope="row">${nameOf(fact)}</th><td>${said}</td>${cells}</tr>`;
  });
  const buttons = html`<tr><td></td><td></td>${candidates.map(({ id }) => html`<td>${options.pick(id)}</td>`)}</tr>`;
  return html`${table(`Matching ${options.object} records`, head, [...rows, buttons])}
${candidates.map((one) => wouldWrite(one, options.object))}
<p class="quiet">${forGood(stampField)}</p>`;
}

const TELLS: Readonly<Record<NonNullable<Fact["tells"]>, string>> = {
  created: "Created",
  owner: "Owner",
  last_activity: "Last activity",
  phone: "Phone",
  city: "City",
};

function nameOf({ field, tells }: Fact): Html {
  return tells === undefined ? html`<code>${field}</code>` : html`${TELLS[tells]} <code class="quiet">${field}</code>`;
}

function cell(value: FieldValue | undefined, { tells, wanted }: Fact, now: number): Html {
  if (value === undefined) return html`<span class="quiet">not shown to us</span>`;
  if (isInstant(value) && (tells === "created" || tells === "last_activity")) return ago(value, now);
  const same = wanted !== undefined && String(value ?? "").toLowerCase() === String(wanted ?? "").toLowerCase();
  return same
    ? html`${shown(value)} <span class="good" title="as BookingBug says">✓<span class="visually-hidden"> the same</span></span>`
    : shown(value);
}

function isInstant(value: FieldValue): value is string {
  return typeof value === "string" && value.includes("T") && !Number.isNaN(Date.parse(value));
}

function wouldWrite({ id, changes, isSomebodys }: Candidate, object: string): Html {
  const theirs = isSomebodys && html` It keeps the id of another person that it bears.`;
  if (changes.length === 0) return html`<p class="quiet">Picking ${id} would change nothing in it.${theirs}</p>`;
  const rows = changes.map(
    ({ field, from, to }) =>
      html`<tr><th scope="row"><code>${field}</code></th><td>${from === undefined ? html`<span class="quiet">not shown to us</span>` : shown(from)}</td><td>${shown(to)}</td></tr>`,
  );
  return html`<details><summary>Picking ${id} would write ${plural(changes.length, "field")}</summary>
${table(`What picking ${object} ${id} would write`, ["Field", "In the CRM", "After"], rows)}${theirs && html`<p class="quiet">${theirs}</p>`}</details>`;
}

/** What can be undone, and what cannot. */
function forGood(stampField: string | undefined): string {
  const mark = stampField === undefined ? "" : ` The record bears the person's id from then on (${stampField}), and`;
  return (
    `A pick cannot be taken back here.${mark === "" ? " E" : `${mark} e`}very later booking of theirs goes to it. What it held before ` +
    "is in the purchase's timeline. Where both records are one person, merge them in the CRM: bookings follow."
  );
}

function shown(value: FieldValue): Html {
  return value === null || value === "" ? html`<span class="quiet">blank</span>` : html`<bdi>${String(value)}</bdi>`;
}
