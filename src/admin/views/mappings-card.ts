/** The mapping files in force, and why a newer version is not. */
import type { MappingsInForce } from "../../mapping/live.ts";
import type { MappingProblem } from "../../mapping/problems.ts";
import { type Html, html } from "./html.ts";
import { crmName, excerptOf, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

/** @param since by file: when it changed last, ISO UTC */
export function mappingsCard(
  { set, loadedAt, rejected }: MappingsInForce,
  since: ReadonlyMap<string, string>,
  now: number,
): Html {
  const rows = set.mappings.map(
    ({ crm, file, version, companies }) => html`<tr><th scope="row">${crmName(crm)}</th>
<td><a href="/admin/mappings?file=${encodeURIComponent(file)}"><code>${file}</code></a>${
      companies.length > 0 && html`<br><small>for ${companies.join(", ")}</small>`
    }</td>
<td><a href="/admin/mappings/history/${version}"><code>${version}</code></a></td>
<td>${ago(since.get(file) ?? loadedAt, now)}</td></tr>`,
  );
  return html`<section class="card" aria-labelledby="mappings">
<div class="card-head"><h2 id="mappings">Mapping in force</h2>${
    rejected === undefined ? tag("good", "As on disk") : tag("bad", "A newer version was rejected")
  }</div>
<p class="quiet">Files are read again when they change; what has mistakes is not put into force.</p>
${rejected !== undefined && problemList(rejected)}
${table("Mapping files", ["CRM", "File", "Version", "Changed"], rows, "stack")}</section>`;
}

/** Each mistake with its place and the line as it stands. */
export function problemList(problems: readonly MappingProblem[]): Html {
  return html`<ul class="problems">${problems.map(
    ({ file, line, column, message, excerpt }) =>
      html`<li><code>${file}:${line}:${column}</code> ${message}${excerptOf(excerpt)}</li>`,
  )}</ul>`;
}
