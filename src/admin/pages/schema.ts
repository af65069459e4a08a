/** `GET /admin/mappings/schema`: what changed in the CRMs of the fields that the mappings in force rely on. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { html } from "../views/html.ts";
import { schemaCard } from "../views/schema-card.ts";

export async function showSchema({ crms, schemas }: AdminDeps, { now }: PageRequest): Promise<PageAnswer> {
  const looks = await Promise.all(crms.map(async ({ crm }) => ({ crm, look: await schemas.last(crm) })));
  const body = html`<p class="crumb"><a href="/admin/mappings">Mappings</a></p>
<h1>What changed in the CRM</h1>
<p class="lead">Fields that the mappings in force rely on and that are not as they were, before a booking fails by them. <code>crm-sync mapping schema</code> looks now; with <code>--accept</code> it takes the CRM as it is for what it should be.</p>
${looks.map(({ crm, look }) => schemaCard(crm, look, now))}`;
  return { kind: "page", title: "What changed in the CRM", section: "mappings", body };
}
