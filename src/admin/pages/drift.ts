/** `GET /admin/drift`: what somebody edited, deleted or merged in a CRM since it was written. */
import { driftFigures } from "../../drift/figures.ts";
import { type DriftList, isDriftList } from "../../drift/lists.ts";
import { driftPath } from "../../health/places.ts";
import { type AdminDeps, knownCrm, type ShownDrift } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { type DriftView, driftCard, listTitle } from "../views/drift.ts";
import { driftedRecord } from "../views/drifted-record.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, pageOf, pager } from "../views/parts.ts";

const PER_PAGE = 20;

export async function showDrift(deps: AdminDeps, { query, now, user, veil }: PageRequest): Promise<PageAnswer> {
  const cards = await Promise.all(
    deps.drift.map(async (one) => driftCard(await viewOf(one), { now, isOperator: user.role === "operator" })),
  );
  const shown = deps.drift.find(({ crm }) => crm === query.get("crm"));
  const body = html`<h1>Drift</h1>
<p class="lead">What people changed in a CRM after it was written. Nothing is written over by looking.</p>
${await conflicts(deps)}
${cards}
${shown !== undefined && (await listed(deps, shown, { query, now, veil }))}`;
  return { kind: "page", title: "Drift", section: "drift", body };
}

async function viewOf({ crm, isOn, rounds, store, left, callsADay }: ShownDrift): Promise<DriftView> {
  const round = await rounds.load();
  const [allowed, remaining, tally, all, figures] = await Promise.all([
    callsADay(),
    round === undefined || round.endedAt !== undefined ? 0 : left(round.after),
    store.tally(),
    store.count(),
    driftFigures(store),
  ]);
  return { crm, isOn, round, allowed, remaining, tally, counts: { all, ...figures } };
}

/** What waits for somebody's word, before all else. */
async function conflicts({ drift }: AdminDeps): Promise<Html[]> {
  const counts = await Promise.all(drift.map(async ({ crm, store }) => ({ crm, ask: await store.count("ask") })));
  return counts
    .filter(({ ask }) => ask > 0)
    .map(
      ({ crm, ask }) =>
        html`<p><strong>${crmName(crm)}: ${ask === 1 ? "1 record has an edit" : `${ask} records have edits`} that waits for your word.</strong> <a href="${driftPath(crm, "ask")}">See which<span class="visually-hidden"> in ${crmName(crm)}</span></a></p>`,
    );
}

async function listed(
  deps: AdminDeps,
  { crm, store }: ShownDrift,
  { query, now, veil }: Pick<PageRequest, "query" | "now" | "veil">,
): Promise<Html> {
  const list = listOf(query);
  const page = pageOf(query);
  const { connector } = knownCrm(deps, crm);
  const found = await store.page(list, { offset: (page - 1) * PER_PAGE, limit: PER_PAGE + 1 });
  const records = found
    .slice(0, PER_PAGE)
    .map((one) =>
      driftedRecord(veil.drifted(one), { crm, now, recordUrl: (object, id) => connector.recordUrl(object, id) }),
    );
  const fields = { crm, ...(list !== undefined && { list }) };
  return html`<section class="card" aria-labelledby="records"><h2 id="records">${listTitle(crm, list)}</h2>
${records.length === 0 ? emptyState("Nothing", "No record is on this list, or none any more.") : records}
${pager("/admin/drift", fields, page, found.length > PER_PAGE)}</section>`;
}

/** What cannot be meant is left out. */
function listOf(query: URLSearchParams): DriftList | undefined {
  const list = query.get("list") ?? "";
  return isDriftList(list) ? list : undefined;
}
