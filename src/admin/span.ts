/** The hours that a page is asked about: `?from=2026-11-25T18:00&to=2026-11-26T08:00`, UTC. */
import { HOUR_MS, type Hours, hourOf } from "../synclog/hours.ts";
import { PageError } from "./page.ts";

const DAY_MS = 24 * HOUR_MS;
const LONGEST_DAYS = 31;
const NIGHT = { from: 18, to: 8 };

/** @returns undefined where no hours are asked for. @throws PageError */
export function spanOf(query: URLSearchParams): Hours | undefined {
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (from === "" && to === "") return undefined;
  const span = { from: hourOf(msOf(from)), to: hourOf(msOf(to) + HOUR_MS - 1) };
  if (!(span.from < span.to))
    throw new PageError(400, "Give two times, the first before the second. Go back and correct them.");
  if (span.to - span.from > LONGEST_DAYS * DAY_MS) {
    throw new PageError(400, `That is longer than ${LONGEST_DAYS} days. Go back and ask for less.`);
  }
  return span;
}

function msOf(text: string): number {
  const isMinute = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text);
  return isMinute ? Date.parse(`${text}Z`) : Number.NaN;
}

/** From the evening before until this morning. */
export function lastNight(now: number): Hours {
  const today = now - (now % DAY_MS);
  return { from: today - DAY_MS + NIGHT.from * HOUR_MS, to: today + NIGHT.to * HOUR_MS };
}

/** As a query has it, and as a field for a date and a time takes it. */
export function fieldsOfSpan(span: Hours | undefined): { readonly from: string; readonly to: string } | undefined {
  const minute = (ms: number): string => new Date(ms).toISOString().slice(0, "YYYY-MM-DDTHH:MM".length);
  return span && { from: minute(span.from), to: minute(span.to) };
}

/** For bars: the hours asked about, or so many until now; the last of them where they are too many to be drawn. */
export function barsOf(span: Hours | undefined, now: number, hours: number): Hours {
  const to = span?.to ?? hourOf(now) + HOUR_MS;
  return { from: Math.max(span?.from ?? 0, to - hours * HOUR_MS), to };
}
