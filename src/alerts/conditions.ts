/** What a person should know now, one sentence each, without personal data. */
import type { Sender } from "../metrics/sender.ts";
import type { Snapshot } from "../metrics/snapshot.ts";
import { neverCameIn, type Walk } from "../reconcile/history.ts";
import type { Limit } from "../stats/statistics.ts";
import { GATE_WORDS } from "../sync/gate-reasons.ts";
import type { Cause } from "../synclog/failed.ts";
import { inSentence } from "../synclog/failure-kinds.ts";
import { HOLD_TITLES } from "../synclog/hold-reasons.ts";

/** The state of one CRM, as far as alerts go. */
export interface Observation {
  readonly crm: string;
  readonly snapshot: Snapshot;
  readonly causes: readonly Cause[];
  readonly daily: Limit | undefined;
  readonly dailyReserve: number;
}

export interface Condition {
  /** The same for as long as the condition lasts. */
  readonly key: string;
  /** Or `bookingbug`. */
  readonly crm: string;
  /** What is the matter; said again when it is over. */
  readonly title: string;
  /** What it means and what to do. */
  readonly detail: string;
  /** It happened: nobody is told that it is over. */
  readonly isEvent?: true;
}

/** Of the day's calls left, when it is worth a warning. */
const NEARLY_SPENT = 0.1;
/** After that a report of the day's calls may be yesterday's. */
const DAILY_BELIEVED_MS = 3_600_000;

/**
 * @param active keys of conditions announced before: those with a threshold end well below it, not at it
 * @param lagSeconds the oldest unapplied notification may be this old
 */
export function conditionsOf(seen: Observation, active: ReadonlySet<string>, lagSeconds: number): Condition[] {
  return [...standstill(seen), ...lag(seen, active, lagSeconds), ...daily(seen), ...seen.causes.map(failing(seen.crm))];
}

/** In the place of a CRM: what is about BookingBug. */
export const SENDER = "bookingbug";
/** Nobody refused for so long: that is over. */
const REFUSED_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/** @param silenceHours BookingBug may be silent for so long; for ever when undefined */
export function senderConditions({ heard, refused }: Sender, silenceHours: number | undefined): Condition[] {
  const conditions: Condition[] = [];
  const ageOf = (iso: string): number => Date.now() - Date.parse(iso);
  if (refused !== undefined && ageOf(refused.at) < REFUSED_MS) {
    const detail =
      `The last came from ${refused.address}. BookingBug posts nothing again that was refused. Next: compare the user name and ` +
      "password of its callbacks with BOOKINGBUG_USERNAME and BOOKINGBUG_PASSWORD, with OAuth also the client's.";
    const title = "bookingbug: sign-ins to the notification URLs are refused";
    conditions.push({ key: `refused:${SENDER}`, crm: SENDER, title, detail });
  }
  if (silenceHours !== undefined && heard !== undefined && ageOf(heard) > silenceHours * HOUR_MS) {
    const detail = `The last one came at ${heard}. Next: make a booking, and see what BookingBug's callbacks are set to.`;
    const title = `bookingbug: no notification for more than ${silenceHours} h`;
    conditions.push({ key: `silent:${SENDER}`, crm: SENDER, title, detail });
  }
  return conditions;
}

/** For so long a walk may still be told of, by a process that was not there when it ended. */
const WALK_TOLD_MS = 24 * HOUR_MS;
/** More hours in one message would not be read. */
const MOST_HOURS = 10;

/** One for each walk that found what no walk before it had told of. */
export function walkConditions(walks: readonly Walk[], now: number): Condition[] {
  return walks
    .filter((walk) => neverCameIn(walk) > 0 && now - Date.parse(walk.endedAt) < WALK_TOLD_MS)
    .map((walk) => {
      const count = neverCameIn(walk);
      const title = `${SENDER}: ${count === 1 ? "1 notification" : `${count} notifications`} never came`;
      const { repaired, notReadable, overtaken } = walk.counts;
      const left = notReadable + overtaken;
      const detail =
        `They fell into ${hoursIn(walk)}. ${repaired} read back${left > 0 ? `, ${left} could not be` : ""}. ` +
        "Next: see Reconciliation on the dashboard for why they can have stayed away.";
      return { key: `never_came:${walk.endedAt}`, crm: SENDER, title, detail, isEvent: true };
    });
}

/** "2026-11-26 02:00 UTC (3)", the hours with the most of them. */
function hoursIn({ neverCame }: Walk): string {
  const most = neverCame.toSorted((a, b) => b.count - a.count).slice(0, MOST_HOURS);
  const words = most
    .toSorted((a, b) => (a.hour ?? "").localeCompare(b.hour ?? ""))
    .map(({ hour, count }) => `${hour === undefined ? "hours unknown" : hourName(hour)} (${count})`);
  const more = neverCame.length - most.length;
  return [...words, ...(more > 0 ? [`${more} other hours`] : [])].join(", ");
}

function hourName(hour: string): string {
  return `${hour.slice(0, 10)} ${hour.slice(11, 16)} UTC`;
}

function standstill({ crm, snapshot }: Observation): Condition[] {
  const { gate, paused, pausedByHand } = snapshot;
  if (gate !== undefined) {
    const words = GATE_WORDS[gate.reason];
    const title = `${crm}: ${inSentence(words.title)}, its queue is paused`;
    return [{ key: `gate:${crm}:${gate.reason}`, crm, title, detail: `${gate.detail} ${words.nextStep}` }];
  }
  if (!paused) return [];
  const detail =
    pausedByHand?.kind === "reasoned"
      ? `${pausedByHand.by} paused it${pausedByHand.until === undefined ? "" : ` until ${pausedByHand.until}`}: ${pausedByHand.reason}`
      : "Somebody paused it. Nothing is taken from it until somebody resumes it on the dashboard's overview.";
  return [{ key: `paused:${crm}`, crm, title: `${crm}: the queue is paused`, detail }];
}

function lag({ crm, snapshot }: Observation, active: ReadonlySet<string>, lagSeconds: number): Condition[] {
  const key = `lag:${crm}`;
  const allowed = active.has(key) ? lagSeconds / 2 : lagSeconds;
  // A paused queue lags, of course, and has been announced.
  if (snapshot.paused || snapshot.lagMs / 1000 <= allowed) return [];
  const age = Math.round(snapshot.lagMs / 1000);
  const detail =
    `The oldest of ${snapshot.pending} pending purchases has waited for ${age} s. ` +
    "Next: see whether workers run and what they log.";
  return [{ key, crm, title: `${crm}: notifications wait for more than ${lagSeconds} s`, detail }];
}

function daily({ crm, daily: report, dailyReserve }: Observation): Condition[] {
  if (report === undefined || Date.now() - Date.parse(report.at) > DAILY_BELIEVED_MS) return [];
  const left = report.remaining - dailyReserve;
  if (left > report.limit * NEARLY_SPENT) return [];
  const detail = `${report.remaining} of ${report.limit} are left, ${dailyReserve} of them reserved for other integrations.`;
  return [{ key: `daily:${crm}`, crm, title: `${crm}: the day's CRM calls are nearly spent`, detail }];
}

function failing(crm: string): (cause: Cause) => Condition {
  return ({ id, hold, kind, code, object, fields, example }) => {
    const what = [code ?? kind, object, fields.join(", ")].filter((part) => part).join(" · ");
    const title =
      hold === undefined ? `${crm}: failed, ${what}` : `${crm}: waits for a person, ${inSentence(HOLD_TITLES[hold])}`;
    return { key: `cause:${crm}:${id}`, crm, title, detail: example };
  };
}
