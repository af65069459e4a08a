/** Versions of the mapping files, newest first. */
import type { PastVersion } from "../../stats/mapping-versions.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural, table, tag } from "./parts.ts";
import { ago, clock } from "./time.ts";

export interface VersionRow extends PastVersion {
  /** Purchases. */
  readonly wrote: number;
}

export function versionsTable(rows: readonly VersionRow[], now: number): Html {
  const head = ["Version", "File", "In force", "Purchases written"];
  const lines = rows.map(
    (
      row,
    ) => html`<tr><th scope="row"><a href="/admin/mappings/history/${encodeURIComponent(row.version)}"><code>${row.version}</code></a></th>
<td>${crmName(row.crm)}<br><code>${row.file}</code></td><td>${inForceWords(row, now)}</td><td>${plural(row.wrote, "purchase")}</td></tr>`,
  );
  return html`<section class="card" aria-label="Versions">${table("Versions", head, lines, "stack")}</section>`;
}

export function inForceWords({ since, until }: PastVersion, now: number): Html {
  if (until === undefined) return html`${tag("good", "In force")} since ${ago(since, now)}`;
  return html`From ${clock(since)} until ${clock(until)}`;
}
