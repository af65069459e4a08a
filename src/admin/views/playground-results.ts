/** What came of trying a mapping: its mistakes, what it writes, how its text differs, what the CRM says. */
import type { FieldValue } from "../../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../../mapping/plan.ts";
import type { TrialOutcome } from "../playground/trial.ts";
import type { Check, Planned } from "../playground/try-mapping.ts";
import { type Html, html } from "./html.ts";
import { problemList } from "./mappings-card.ts";
import { plural, table, tag } from "./parts.ts";
import { textDiff } from "./text-diff.ts";

export function playgroundResults({ tried, text, textInForce, file }: TrialOutcome): Html {
  const { problems, sample, planned, plannedInForce, elsewhere, check } = tried;
  return html`${mistakes(problems.length, html`${problemList(problems)}`)}
${checkCard(check)}
${difference(textInForce, text, file)}
<section class="card" aria-labelledby="preview"><h2 id="preview">What it writes</h2>
<p class="quiet">${sample.kind === "found" ? html`${sample.title}. Nothing is written; fields that differ from the mapping in force are marked.` : sample.message}</p>
${elsewhere.map((sentence) => html`<p class="bad"><strong>${sentence}</strong></p>`)}
${planned === undefined ? nothingYet(problems.length) : preview(planned, plannedInForce)}</section>`;
}

function difference(before: string, after: string, file: string): Html {
  if (before === after) return html`<p class="quiet">The text is as in force.</p>`;
  return html`<section class="card" aria-labelledby="diff"><h2 id="diff">Compared with the file in force</h2>${textDiff(before, after, file)}</section>`;
}

function mistakes(count: number, list: Html): Html | undefined {
  if (count === 0) return undefined;
  return html`<section class="card wrong" aria-labelledby="mistakes"><div class="card-head"><h2 id="mistakes">${plural(count, "mistake")}</h2>${tag("bad", "Would not be put into force")}</div>${list}</section>`;
}

function nothingYet(problems: number): Html | undefined {
  return problems > 0 ? html`<p>Mend the mistakes to see it.</p>` : undefined;
}

function checkCard(check: Check): Html | undefined {
  switch (check.kind) {
    case "not_asked":
      return undefined;
    case "failed":
      return html`<section class="card wrong" aria-label="Check against the CRM"><p>${check.message}</p></section>`;
    case "checked": {
      const good = check.problems.length === 0;
      const verdict = good
        ? tag("good", "The CRM has all of it")
        : tag("bad", plural(check.problems.length, "problem"));
      return html`<section class="card" aria-labelledby="check"><div class="card-head"><h2 id="check">Against the CRM</h2>${verdict}</div>${!good && problemList(check.problems)}${check.warnings.length > 0 && html`<h3>Works, and is seldom meant</h3>${problemList(check.warnings)}`}</section>`;
    }
  }
}

function preview(planned: Planned, inForce: Planned | undefined): Html {
  const { plans, failures, leftOut } = planned;
  const before = new Map(inForce?.plans.map((plan) => [plan.key, plan]) ?? []);
  // What cannot be said of a booking is not known to be written no longer.
  const gone =
    failures.length > 0 ? [] : [...before.values()].filter(({ key }) => !plans.some((plan) => plan.key === key));
  return html`${failures.map((message) => html`<p class="bad"><strong>${message}</strong></p>`)}
${plans.length === 0 && failures.length === 0 && html`<p>Nothing would be written.</p>`}
${plans.map((plan) => recordPreview(plan, before.get(plan.key)))}
${gone.map((plan) => html`<p>${tag("warning", "No longer written")} ${plan.object} (${plan.section})</p>`)}
${leftOut.length > 0 && html`<h3>Left out</h3><ul>${leftOut.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}`;
}

function recordPreview(plan: RecordPlan, before: RecordPlan | undefined): Html {
  const { object, section, identity, fields, links } = plan;
  const old = new Map(before?.fields.map((field) => [field.field, field]));
  const names = new Set(fields.map(({ field }) => field));
  const rows = [
    ...fields.map((field) => fieldRow(field, before !== undefined, old.get(field.field))),
    ...[...old.values()].filter(({ field }) => !names.has(field)).map(goneRow),
  ];
  const head = html`${object} <small>${section}, ${identity.field} = ${identity.value ?? "(no id)"}</small>`;
  const notes = [
    ...(plan.create === "never" ? ["only where the CRM has it already (create: never)"] : []),
    ...(plan.unless === undefined ? [] : [`only where the CRM has no ${plan.unless}`]),
    ...links.map(({ to, via }) => `linked to ${to} by ${via}`),
  ];
  return html`<h3>${head}${before === undefined && html` ${tag("busy", "New")}`}${plan.gone && html` ${tag("bad", "Deleted: the booking is cancelled")}`}</h3>
${notes.length > 0 && html`<p class="quiet">${notes.join("; ")}</p>`}
${table(`Fields of ${object}`, ["Field", "Value", "From"], rows, "stack")}`;
}

const RULES = {
  always: "",
  when_empty: " when empty",
  on_create: " on creation",
  unless_edited: " unless edited",
  forward: " forward",
} as const;

function fieldRow(
  { field, value, write, source }: PlannedField,
  compare: boolean,
  old: PlannedField | undefined,
): Html {
  const differs = compare && (old === undefined || old.value !== value);
  const was = old === undefined ? "not written" : shown(old.value);
  return html`<tr${differs && html` class="differs"`}><th scope="row"><code>${field}</code></th>
<td>${shown(value)}${differs && html`<br><small>${tag("busy", "Changed")} was ${was}</small>`}</td>
<td class="quiet place">line ${source.line}${RULES[write]}</td></tr>`;
}

function goneRow({ field, value }: PlannedField): Html {
  return html`<tr class="differs"><th scope="row"><code>${field}</code></th>
<td><span class="quiet">not written</span><br><small>${tag("warning", "Removed")} was ${shown(value)}</small></td><td></td></tr>`;
}

function shown(value: FieldValue): Html {
  if (value === null) return html`<span class="quiet">blank</span>`;
  return typeof value === "string" ? html`<span class="value">${value}</span>` : html`<code>${String(value)}</code>`;
}
