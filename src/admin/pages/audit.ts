/** `GET /admin/audit`: who did what, newest first. */
import { AUDITED, type Audited } from "../../audit/audited.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { auditFilter, auditPager, auditTable } from "../views/audit-list.ts";
import { type Html, html } from "../views/html.ts";
import { emptyState } from "../views/parts.ts";

const PER_PAGE = 50;
const LINE_ID = /^\d{1,15}-\d{1,10}$/;

export async function showAudit({ audit }: AdminDeps, { query, now }: PageRequest): Promise<PageAnswer> {
  const who = query.get("who")?.trim() || undefined;
  const what = AUDITED.find((one) => one === query.get("what"));
  const before = LINE_ID.test(query.get("before") ?? "") ? (query.get("before") ?? undefined) : undefined;
  const { lines, older } = await audit.read({ who, what, before, limit: PER_PAGE });
  const body = html`<h1>Audit</h1>
<p class="lead">Who did what, from where, and how it ended; what was done by commands too. It names ids and nothing that a person is known by.</p>
${auditFilter(who, what)}
${lines.length === 0 ? nothing(who, what, older) : auditTable(lines, now)}
${auditPager({ who, what }, before !== undefined, older)}`;
  return { kind: "page", title: "Audit", section: "audit", body };
}

function nothing(who: string | undefined, what: Audited | undefined, older: string | undefined): Html {
  if (older !== undefined)
    return emptyState("Nothing of this among the newest", "There may be more among the older ones.");
  if (who === undefined && what === undefined) {
    return emptyState("Nothing yet", "What somebody does here or by a command appears at once.");
  }
  return emptyState("Nothing of this", "Names are compared as a whole.");
}
