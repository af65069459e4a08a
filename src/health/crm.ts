/** What is wrong with one CRM, or with what we bring to it. */
import { issueDetail, issueTitle } from "../mapping/schema-issue.ts";
import { GATE_WORDS } from "../sync/gate-reasons.ts";
import type { CrmFacts, Facts, Limits } from "./facts.ts";
import { type Finding, finding, keyOf } from "./findings.ts";
import { asSentence, count, spell } from "./words.ts";

/** So many passes have to have failed before their share says anything. */
const FEW_PASSES = 3;
/** Of the passes: when most fail, and until when that lasts; when some do. */
const MOST = 0.5;
const STILL_MOST = 0.25;
const SOME = 0.1;
/** What waits for less is on its way. */
const WAITING_MS = 60_000;
/** So many questions are a few. */
const FEW_HELD = 10;
/** Of the day's calls left, when it is worth a warning. */
const NEARLY_SPENT = 0.1;
/** After that a report of the day's calls may be yesterday's. */
const DAILY_BELIEVED_MS = 3_600_000;

export function crmFindings(seen: CrmFacts, facts: Facts, limits: Limits): Finding[] {
  return [
    ...standstill(seen),
    ...passing(seen, facts),
    ...waiting(seen, facts, limits),
    ...listed(seen),
    ...daily(seen, facts),
    ...drift(seen),
    ...schema(seen),
  ];
}

function standstill({ crm, snapshot: { gate, paused, pausedByHand, pending } }: CrmFacts): Finding[] {
  if (gate !== undefined) {
    const { title, nextStep } = GATE_WORDS[gate.reason];
    const [meanwhile = "", step] = nextStep.split("Next: ");
    const detail = [gate.detail.replace(/\.?$/, "."), step === undefined ? "" : meanwhile.trim()].join(" ").trim();
    const said = { title: `${title}, its queue is paused`, detail, next: asSentence(step ?? meanwhile) };
    return [finding(crm, { kind: "gate", severity: "bad", place: "crm", reason: gate.reason, ...said })];
  }
  if (!paused) return [];
  const isMeant = pausedByHand?.kind === "reasoned";
  const who = isMeant
    ? `${pausedByHand.by} paused it: ${pausedByHand.reason.replace(/\.$/, "")}.`
    : "Somebody paused it.";
  const waits = pending === 0 ? "" : ` ${count(pending, "purchase")} ${pending === 1 ? "waits" : "wait"} for it.`;
  const detail = `${who} Nothing is taken from it.${waits}`;
  const next =
    isMeant && pausedByHand.until !== undefined
      ? `It goes on by itself at ${pausedByHand.until}.`
      : "Resume it on the dashboard's overview.";
  // What somebody meant, and said why, is not a fault.
  const severity = pending > 0 && !isMeant ? "bad" : "warning";
  return [finding(crm, { kind: "paused", severity, title: "The queue is paused", detail, next, place: "crm" })];
}

/** Failures that are tried again count: to whoever waits for an appointment they are failures. */
function passing({ crm, snapshot, passes: { ended, failed } }: CrmFacts, { announced }: Facts): Finding[] {
  if (snapshot.gate !== undefined) return [];
  const all = ended + failed;
  const share = all === 0 ? 0 : failed / all;
  const detail = `${failed.toLocaleString("en")} of ${count(all, "pass", "passes")} of the last minutes failed, those that are tried again included.`;
  const next = "See why: open a purchase that waits, its timeline has the CRM's words; or read the log.";
  const most = announced.has(keyOf("failing", crm)) ? share >= STILL_MOST : share >= MOST && failed >= FEW_PASSES;
  if (most)
    return [
      finding(crm, { kind: "failing", severity: "bad", title: "Most passes fail", detail, next, place: "waiting" }),
    ];
  if (share < SOME || failed < FEW_PASSES) return [];
  return [
    finding(crm, { kind: "some_fail", severity: "warning", title: "Some passes fail", detail, next, place: "waiting" }),
  ];
}

function waiting({ crm, snapshot }: CrmFacts, { announced }: Facts, { lagSeconds }: Limits): Finding[] {
  const { paused, lagMs, pending } = snapshot;
  // A paused queue lags, of course, and that is said.
  if (paused) return [];
  const allowed = announced.has(keyOf("lag", crm)) ? lagSeconds / 2 : lagSeconds;
  const detail = `The oldest of ${count(pending, "pending purchase")} has waited for ${spell(lagMs)}.`;
  if (lagMs / 1000 > allowed) {
    const title = `Notifications wait for more than ${lagSeconds} s`;
    const next = "See whether workers run and what they log.";
    return [finding(crm, { kind: "lag", severity: "bad", title, detail, next, place: "waiting" })];
  }
  if (lagMs <= WAITING_MS) return [];
  const next = "Nothing yet: it is being worked on.";
  return [
    finding(crm, { kind: "waiting", severity: "warning", title: "Notifications wait", detail, next, place: "waiting" }),
  ];
}

/** What is on the failed list comes off it by a person or by news alone. */
function listed({ crm, failed, held, causes }: CrmFacts): Finding[] {
  const found: Finding[] = [];
  if (failed > 0) {
    const reasons = count(Math.max(1, causes.failed), "cause");
    const detail = `${count(failed, "purchase")} failed, of ${reasons}: the CRM does not have what BookingBug says.`;
    const next = "Read the cause, mend it, and retry.";
    const place = "failed";
    found.push(finding(crm, { kind: "failed", severity: "bad", title: "Purchases failed", detail, next, place }));
  }
  if (held > 0) {
    const detail = `${count(held, "purchase")} cannot go on before somebody decides.`;
    const severity = held > FEW_HELD ? "bad" : "warning";
    const title = "Purchases wait for a person";
    const next = "Answer the questions.";
    found.push(finding(crm, { kind: "held", severity, title, detail, next, place: "held" }));
  }
  return found;
}

function daily({ crm, daily: report, dailyReserve }: CrmFacts, { now }: Facts): Finding[] {
  if (report === undefined || now - Date.parse(report.at) > DAILY_BELIEVED_MS) return [];
  if (report.remaining - dailyReserve > report.limit * NEARLY_SPENT) return [];
  const detail = `${report.remaining} of ${report.limit} are left, ${dailyReserve} of them reserved for other integrations.`;
  const title = "The day's CRM calls are nearly spent";
  const next = "Raise the allocation, or see what else uses it.";
  return [finding(crm, { kind: "daily", severity: "warning", title, detail, next, place: "crm" })];
}

/** What somebody only edited is nothing to be alarmed of. */
function drift({ crm, drift: { deleted, ask } }: CrmFacts): Finding[] {
  const found: Finding[] = [];
  if (deleted > 0) {
    const [were, are] = deleted === 1 ? ["was", "is"] : ["were", "are"];
    const detail = `${count(deleted, "record")} that ${were} written ${are} no longer there.`;
    const title = "Records were deleted in the CRM";
    const next = "See which; drift --repair makes anew what the mapping lets it.";
    found.push(finding(crm, { kind: "deleted", severity: "warning", title, detail, next, place: "deleted" }));
  }
  if (ask > 0) {
    const detail = `${count(ask, "record")} ${ask === 1 ? "has" : "have"} an edit of which the mapping asks whose word counts.`;
    const title = "Edits in the CRM wait for a decision";
    const next = "Say whose word counts.";
    found.push(finding(crm, { kind: "asked", severity: "warning", title, detail, next, place: "asked" }));
  }
  return found;
}

/** Where there is more to say than a sentence holds, the page says it. */
const NAMED = 2;

function schema({ crm, schema: issues }: CrmFacts): Finding[] {
  if (issues.length === 0) return [];
  const named = issues.slice(0, NAMED).map((issue) => `${issueTitle(issue)} (${issueDetail(issue)})`);
  const more = issues.length - named.length;
  const detail = `${[...named, ...(more > 0 ? [`and ${more} more`] : [])].join("; ")}.`;
  const title = "The CRM does not suit the mapping";
  const next = "See which lines of the mapping it is, before a booking fails by them.";
  return [finding(crm, { kind: "schema", severity: "warning", title, detail, next, place: "schema" })];
}
