/** A plain page that shows what arrived, so that a person can see it. */
import { OBJECTS } from "./control.ts";
import type { SandboxCrm, SandboxRecord } from "./crm.ts";
import { escapeHtml, htmlPage, htmlTable } from "./html.ts";

const MAX_ROWS = 100;

export function renderPage(salesforce: SandboxCrm, hubspot: SandboxCrm): string {
  const body = `<p class="note">This is a make-believe CRM for trying out and testing. It is not Salesforce and not HubSpot, and forgets
everything when it stops. <a href="/bookingbug">Book, move and cancel</a> in a make-believe BookingBug.</p>
${renderCrm("Salesforce", salesforce)}
${renderCrm("HubSpot", hubspot)}`;
  return htmlPage("Sandbox CRM", body, '<meta http-equiv="refresh" content="3">');
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
  const rows = newest.map(({ id, values }) =>
    [id, ...columns.map((name) => values[name])].map((value) => escapeHtml(String(value ?? ""))),
  );
  return `${heading}\n${htmlTable(title, ["id", ...columns], rows)}`;
}
