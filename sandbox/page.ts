/** A plain page that shows what arrived, so that a person can see it. */
import { OBJECTS } from "./control.ts";
import type { SandboxCrm, SandboxRecord } from "./crm.ts";

const MAX_ROWS = 100;

export function renderPage(salesforce: SandboxCrm, hubspot: SandboxCrm): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Sandbox CRM</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
  .note { border-left: .3rem solid #c80; padding: .3rem 1rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-size: .9rem; }
  th, td { border-bottom: 1px solid #8886; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; white-space: pre-line; }
</style>
</head>
<body>
<h1>Sandbox CRM</h1>
<p class="note">This is a make-believe CRM for trying out and testing. It is not Salesforce and not HubSpot, and forgets
everything when it stops.</p>
${renderCrm("Salesforce", salesforce)}
${renderCrm("HubSpot", hubspot)}
</body>
</html>
`;
}

function renderCrm(title: string, crm: SandboxCrm): string {
  const names = OBJECTS[crm.name];
  return `<h2>${title}</h2>
${renderTable(`Contacts (${names.contacts})`, crm.records(names.contacts))}
${renderTable(`Appointments (${names.appointments})`, crm.records(names.appointments))}`;
}

function renderTable(title: string, records: readonly SandboxRecord[]): string {
  const heading = `<h3>${escapeHtml(title)}: ${records.length}</h3>`;
  if (records.length === 0) return `${heading}\n<p>None yet.</p>`;
  const newest = records.slice(-MAX_ROWS).reverse();
  const columns = [...new Set(newest.flatMap((record) => Object.keys(record.values)))];
  const head = ["id", ...columns].map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  const rows = newest.map(({ id, values }) => {
    const cells = [id, ...columns.map((name) => values[name])].map(
      (value) => `<td>${escapeHtml(String(value ?? ""))}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `${heading}\n<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
