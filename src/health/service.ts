/** What is wrong with the service itself, or with what comes from BookingBug. */
import type { Standing } from "../reconcile/standing.ts";
import { BEAT_MS, type SeenProcesses } from "../stats/processes.ts";
import type { Facts, Limits } from "./facts.ts";
import { type Finding, finding, keyOf, SENDER, SERVICE } from "./findings.ts";
import { count, neverCame, spell } from "./words.ts";

/** A process that was not heard for longer does not run. */
const GONE_MS = 2 * BEAT_MS;
/** Nobody refused for so long: that is over. */
const REFUSED_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
/** Other callbacks may be right, and of one kind only a few come in a day. */
const ASTRAY_MS = 24 * HOUR_MS;
/** Of an hour: so many that could not be read are no slip of one, and so few are one again. */
const GROWING = 5;
const STILL_GROWING = 2;

export function serviceFindings(facts: Facts, limits: Limits): Finding[] {
  return [
    ...workers(facts.processes),
    ...mappings(facts.processes),
    ...sender(facts, limits),
    ...quarantine(facts),
    ...reconciliation(facts.standing),
    ...unanswered(facts),
  ];
}

/** Where no worker was ever seen, the oldest process that waits for one says for how long there is none. */
function workers({ now, all }: SeenProcesses): Finding[] {
  const of = (kind: "web" | "worker") => all.filter((process) => process.kind === kind);
  const last = Math.max(...of("worker").map(({ at }) => at));
  const since = Number.isFinite(last) ? last : Math.min(...living(of("web"), now).map((process) => process.since));
  if (!Number.isFinite(since) || now - since <= GONE_MS) return [];
  const detail = `None was there for ${spell(now - since)}. Notifications are received and kept; no CRM is brought up to date.`;
  const next = "Start a worker, and read in its log why the last one ended.";
  return [
    finding(SERVICE, { kind: "no_worker", severity: "bad", title: "No worker runs", detail, next, place: "waiting" }),
  ];
}

function living<Process extends { readonly at: number }>(all: readonly Process[], now: number): Process[] {
  return all.filter(({ at }) => now - at <= GONE_MS);
}

function mappings({ now, all }: SeenProcesses): Finding[] {
  const mistakes = Math.max(0, ...living(all, now).map(({ rejected }) => rejected));
  if (mistakes === 0) return [];
  const detail = `It has ${count(mistakes, "mistake")}. The last good one stays in force.`;
  const title = "A changed mapping is refused";
  const next = "Correct it: the overview says where it is wrong.";
  const kind = "mapping_refused";
  return [finding(SERVICE, { kind, severity: "warning", title, detail, next, place: "mappings" })];
}

function sender({ now, sender: { heard, refused, astray } }: Facts, { silenceHours }: Limits): Finding[] {
  const found: Finding[] = [];
  const ageOf = (iso: string): number => now - Date.parse(iso);
  const place = "received";
  if (refused !== undefined && ageOf(refused.at) < REFUSED_MS) {
    // Who was let in since knows the password: it was somebody else who did not.
    const severity = heard !== undefined && heard > refused.at ? "warning" : "bad";
    const title = "Sign-ins to the notification URLs are refused";
    const detail = `The last came from ${refused.address}. BookingBug posts nothing again that was refused.`;
    const next =
      "Compare the user name and password of its callbacks with BOOKINGBUG_USERNAME and BOOKINGBUG_PASSWORD, with OAuth " +
      "also the client's.";
    found.push(finding(SENDER, { kind: "refused", severity, title, detail, next, place }));
  }
  if (astray !== undefined && ageOf(astray.at) < ASTRAY_MS) {
    const title = "BookingBug posts to an address that is none of ours";
    const detail = `The last was ${astray.path}, with its own credentials. It was answered 404, and BookingBug posts nothing again.`;
    const next =
      "Set its callbacks to /notifications/bookings, /notifications/updates and /notifications/cancellations, and bring in " +
      "what was missed: `crm-sync reconcile`, where its API is set.";
    // What came in its place later says that its callbacks are right, or only that another of them is.
    const severity = heard !== undefined && heard > astray.at && ageOf(astray.at) > REFUSED_MS ? "warning" : "bad";
    found.push(finding(SENDER, { kind: "astray", severity, title, detail, next, place }));
  }
  if (silenceHours !== undefined && heard !== undefined && ageOf(heard) > silenceHours * HOUR_MS) {
    const title = `No notification for more than ${silenceHours} h`;
    const detail = `The last one came at ${heard}.`;
    const next = "Make a booking, and see what BookingBug's callbacks are set to.";
    found.push(finding(SENDER, { kind: "silent", severity: "bad", title, detail, next, place }));
  }
  return found;
}

function quarantine({ quarantine: { count: all, lastHour }, announced }: Facts): Finding[] {
  if (all === 0) return [];
  const place = "quarantine";
  const next = "See why they cannot be read; once they can, read them again.";
  const recent = Math.min(all, lastHour);
  const growing = announced.has(keyOf("quarantine_growing", SENDER)) ? STILL_GROWING : GROWING;
  if (recent >= growing) {
    const title = "The quarantine grows";
    const detail = `${count(recent, "delivery", "deliveries")} of the last hour could not be read, of ${all.toLocaleString("en")} that are there: their bookings are in no CRM.`;
    return [finding(SENDER, { kind: "quarantine_growing", severity: "bad", title, detail, next, place })];
  }
  const title = "Deliveries are in quarantine";
  const detail = `${count(all, "delivery", "deliveries")} could not be read.`;
  return [finding(SENDER, { kind: "quarantine", severity: "warning", title, detail, next, place })];
}

function reconciliation(standing: Standing): Finding[] {
  const say = (
    kind: "behind" | "walk" | "never_came",
    title: string,
    detail: string,
    next = "See Reconciliation on the dashboard.",
  ): Finding[] => {
    const severity = kind === "behind" ? "bad" : "warning";
    return [finding(SENDER, { kind, severity, title, detail, next, place: "reconciliation" })];
  };
  switch (standing.kind) {
    case "behind": {
      const detail = `${count(standing.left, "booking")} could not be brought in step at ${standing.at}.`;
      return say("behind", "Not in step with BookingBug", detail);
    }
    case "broke_off":
      return say("walk", "Comparing with BookingBug broke off", `At ${standing.at}: ${standing.why}`);
    case "overdue": {
      const next = "See whether a worker runs, and what it logs.";
      return say("walk", "Comparing with BookingBug is overdue", `The last walk is of ${standing.at}.`, next);
    }
    case "shifted": {
      const detail = `BookingBug's list of ${standing.at} had another length than it says, or shifted: some bookings may not have been listed.`;
      const next =
        "Nothing at first: bookings changed meanwhile, and the next walk looks again. Where every walk ends so, BookingBug's own " +
        "count (`total_entries`) is wrong: tell its support.";
      return say("walk", "Comparing with BookingBug is uncertain", detail, next);
    }
    case "never_came": {
      const detail = `${neverCame(standing.count)} at ${standing.at}.`;
      return say("never_came", "Notifications never came", detail, "See why they can have stayed away.");
    }
    // Where a CRM lagged when the walk ended, what waits or failed now says so itself.
    case "not_in_crms":
    case "not_configured":
    case "never":
    case "in_step":
      return [];
  }
}

function unanswered({ unanswered: all }: Facts): Finding[] {
  if (all === 0) return [];
  const title = "Questions to BookingBug were given up";
  const detail = `${count(all, "question")} of what notifications left open had no answer: a booking may be missing, or a cancellation.`;
  const next = "See whether BookingBug's API answers; `crm-sync reconcile` reads back what was missed.";
  return [finding(SENDER, { kind: "unanswered", severity: "warning", title, detail, next, place: "reconciliation" })];
}
