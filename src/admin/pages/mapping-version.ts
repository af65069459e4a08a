/** `GET /admin/mappings/history/:version`: what changed with a version of a mapping file, and the purchases that it wrote. */
import type { PastVersion } from "../../stats/mapping-versions.ts";
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { purchaseRows } from "../purchases.ts";
import { bookingList } from "../views/booking-list.ts";
import { html } from "../views/html.ts";
import { inForceWords } from "../views/mapping-history.ts";
import { emptyState, pageOf, pager, plural } from "../views/parts.ts";
import { textDiff } from "../views/text-diff.ts";
import { undoCard } from "../views/undo-card.ts";

const PER_PAGE = 25;

export async function showMappingVersion(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const { params, query, now, veil } = request;
  const history = await deps.mappingVersions.history();
  const index = history.findIndex(({ version }) => version === params.version);
  const version = history[index];
  if (version === undefined) {
    throw new PageError(404, "No such version of a mapping is known. What is older than the retention is forgotten.");
  }
  const before = history.slice(index + 1).find(({ file }) => file === version.file);
  const page = pageOf(query);
  const { writtenBy } = deps.syncLog;
  const [count, found] = await Promise.all([
    writtenBy.count(version.crm, version.version),
    writtenBy.purchases(version.crm, version.version, { offset: (page - 1) * PER_PAGE, limit: PER_PAGE }),
  ]);
  const rows = await purchaseRows(deps, found, veil);
  const list =
    rows.length === 0
      ? emptyState("None yet", "No pass has written anything by this version.")
      : bookingList("Purchases that it wrote", rows, now);
  const path = `/admin/mappings/history/${encodeURIComponent(version.version)}`;
  const body = html`<p class="crumb"><a href="/admin/mappings/history">Versions of the mappings</a></p>
<h1>${version.file}, version ${version.version}</h1>
<p class="lead">${inForceWords(version, now)}</p>
<section class="card" aria-labelledby="changed"><h2 id="changed">What changed</h2>${await changed(deps, version, before)}</section>
${count > 0 && undoCard(version)}
<h2>${plural(count, "purchase")} written</h2>
${list}${pager(path, {}, page, page * PER_PAGE < count)}`;
  return { kind: "page", title: `Mapping ${version.version}`, section: "mappings", body };
}

async function changed(
  { mappingVersions }: AdminDeps,
  { file, version }: PastVersion,
  before: PastVersion | undefined,
): Promise<ReturnType<typeof textDiff>> {
  if (before === undefined) return html`<p class="quiet">It is the first that is known of this file.</p>`;
  const [old, text] = await Promise.all([mappingVersions.text(before.version), mappingVersions.text(version)]);
  if (old === undefined || text === undefined) {
    return html`<p class="quiet">The text of the version before is older than the retention.</p>`;
  }
  return textDiff(old, text, file);
}
