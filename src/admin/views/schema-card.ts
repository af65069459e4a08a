/** What a CRM's fields were and are, with the mapping's lines that rely on them. */
import { issueDetail, issueTitle, type Place, type SchemaIssue } from "../../mapping/schema-issue.ts";
import type { SchemaLook } from "../../stats/schema-seen.ts";
import { type Html, html } from "./html.ts";
import { crmName, excerptOf, plural, tag } from "./parts.ts";
import { ago } from "./time.ts";

export function schemaCard(crm: string, look: SchemaLook | undefined, now: number): Html {
  return html`<section class="card" aria-labelledby="crm-${crm}"><div class="card-head"><h2 id="crm-${crm}">${crmName(crm)}</h2>${stateTag(look)}</div>
${
  look === undefined
    ? html`<p>Nobody has looked yet. The worker does, soon after it started, unless <code>SCHEMA_CHECK_HOURS</code> is <code>0</code>.</p>`
    : html`<p class="quiet">Asked ${ago(look.at, now)}.</p>`
}
${look !== undefined && look.issues.length > 0 && html`<ul class="problems">${look.issues.map((issue) => item(issue, now))}</ul>`}</section>`;
}

function stateTag(look: SchemaLook | undefined): Html {
  if (look === undefined) return tag("plain", "Not asked");
  const { length } = look.issues;
  return length === 0 ? tag("good", "Suits the mappings") : tag("warning", plural(length, "change"));
}

function item(issue: SchemaIssue, now: number): Html {
  const next = issue.kind === "misfit" ? [] : issue.next;
  return html`<li><strong>${issueTitle(issue)}</strong>: ${issueDetail(issue)} <small>found ${ago(issue.since, now)}</small>
${next.map((one) => html`<br><strong>Next:</strong> ${one}`)}
${issue.places.map(placeOf)}</li>`;
}

function placeOf({ file, line, excerpt }: Place): Html {
  const query = new URLSearchParams({ file, line: String(line) }).toString();
  return html`<br><a href="/admin/mappings?${query}"><code>${file}:${line}</code></a>${excerptOf(excerpt)}`;
}
