/** `GET /admin/held/:crm/:purchaseId`: the questions that a purchase waits with, and what is needed to answer them. */
import { CrmError } from "../../../connectors/errors.ts";
import { readCandidates } from "../../operate/candidates.ts";
import { mappingOf, type OperatedCrm } from "../../operate/deps.ts";
import { personPlan } from "../../operate/person-plan.ts";
import { type NextQuestion, nextQuestion, othersAsking } from "../../operate/questions.ts";
import { latestState } from "../../sync/latest-state.ts";
import { type FailureEntry, isPick, type PickHold } from "../../synclog/entries.ts";
import { holdWords } from "../../synclog/hold-reasons.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { questionPage } from "../next-question.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { candidatesTable } from "../views/candidates.ts";
import { buttonForm } from "../views/forms.ts";
import { whichBookings } from "../views/held-bookings.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, plural } from "../views/parts.ts";
import { personOf } from "../views/purchase.ts";

/** Of those that wait, for how many one answer is for; the answer itself is for all of them. */
const LOOKED_AT = 1_000;

export async function showHeld(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const crm = knownCrm(deps, request.params.crm);
  const purchaseId = request.params.purchaseId ?? "";
  const [statuses, known] = await Promise.all([
    deps.syncLog.status(crm.crm, [purchaseId]),
    latestState({ ...deps, ledger: crm.ledger }, purchaseId),
  ]);
  const state = known && request.veil.state(known);
  const failures = statuses.get(purchaseId)?.failures ?? [];
  const people = await Promise.all(picks(failures).map((hold) => whoIsIt(deps, crm, purchaseId, hold, request)));
  const asked = state === undefined ? [] : whichBookings(state, crm.crm, mappingOf(deps, crm.crm), request.formToken);
  const questions = [...people, ...asked];
  const href = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  const others = await nextQuestion(deps, crm.crm, purchaseId);
  // Who has just answered another one goes on here.
  const isNext = request.query.has("done");
  const body = html`<p class="crumb"><a href="/admin/held">Held</a></p>
<h1 tabindex="-1"${isNext && html` autofocus`}>Decide for purchase ${purchaseId}</h1>
<p class="lead"><bdi>${personOf(state) ?? "Nobody known"}</bdi>, ${crmName(crm.crm)}. <a href="${href}">Its timeline</a></p>
${questions.length === 0 ? emptyState("Nothing to decide", "It was decided or mended meanwhile.") : questions}
${moreQuestions(crm.crm, others)}`;
  return { kind: "page", title: `Decide for purchase ${purchaseId}`, section: "held", body };
}

function moreQuestions(crm: string, { purchaseId, left }: NextQuestion): Html {
  const next =
    purchaseId !== undefined && html` <a href="${questionPage(crm, purchaseId)}">Next question</a> (${left} left) ·`;
  return html`<p>${next || "No other purchase waits for an answer here."} <a href="/admin/held">All that is held</a></p>`;
}

/** Two bookings of one person wait with the same question. */
function picks(failures: readonly FailureEntry[]): readonly PickHold[] {
  const holds = failures.flatMap(({ hold }) => (isPick(hold) ? [hold] : []));
  return [...new Map(holds.map((hold) => [JSON.stringify(hold), hold])).values()];
}

async function whoIsIt(
  deps: AdminDeps,
  crm: OperatedCrm,
  purchaseId: string,
  hold: PickHold,
  { formToken, user, now }: PageRequest,
): Promise<Html> {
  const { section, object, candidates } = hold;
  const { question, hint } = holdWords(hold);
  const head = html`<h2 id="who-${section}">${question}</h2>
<p class="quiet">${hint}</p>`;
  if (user.role === "viewer") {
    return html`<section class="card" aria-labelledby="who-${section}">${head}
<p>${candidates.length} records of ${object} may be meant. Operators see them side by side.</p></section>`;
  }
  const asked = { crm: crm.crm, purchaseId, section, candidates };
  const found = await readCandidates(deps, asked).catch(refused);
  const plan = await personPlan(deps, crm.crm, purchaseId, section);
  const others = await othersAsking(deps, { crm: crm.crm, purchaseId, plan, most: LOOKED_AT });
  const alike = others.purchaseIds.length;
  const pick = (id: string): Html =>
    buttonForm({
      action: "/admin/held/pick",
      formToken,
      hidden: { crm: crm.crm, purchase: purchaseId, section, record: id },
      button: "Pick this one",
      about: `${object} ${id}`,
    });
  return html`<section class="card" aria-labelledby="who-${section}">${head}
${alike > 0 && html`<p>One answer is for ${others.isAll ? "" : "at least "}${plural(alike + 1, "purchase")} of this person: all of them go on.</p>`}
${candidatesTable(found, { object, now, pick, recordUrl: (id) => crm.connector.recordUrl(object, id) })}</section>`;
}

function refused(error: unknown): never {
  if (!(error instanceof CrmError)) throw error;
  throw new PageError(502, `The CRM could not be asked for the candidates: ${error.message} Try again in a moment.`);
}
