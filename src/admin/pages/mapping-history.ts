/** `GET /admin/mappings/history`: which versions of the mapping files were in force, and how many purchases each wrote. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { html } from "../views/html.ts";
import { type VersionRow, versionsTable } from "../views/mapping-history.ts";
import { emptyState } from "../views/parts.ts";

export async function showMappingHistory(
  { mappingVersions, syncLog }: AdminDeps,
  { now }: PageRequest,
): Promise<PageAnswer> {
  const rows = await Promise.all(
    (await mappingVersions.history()).map(
      async (version): Promise<VersionRow> => ({
        ...version,
        wrote: await syncLog.writtenBy.count(version.crm, version.version),
      }),
    ),
  );
  const nothing = emptyState("No version yet", "It is noted a few seconds after a mapping came into force.");
  const body = html`<p class="crumb"><a href="/admin/mappings">Mappings</a></p>
<h1>Versions of the mappings</h1>
<p class="lead">What was in force when, what changed, and whom it touched.</p>
${rows.length === 0 ? nothing : versionsTable(rows, now)}`;
  return { kind: "page", title: "Versions of the mappings", section: "mappings", body };
}
