/** Instants as people read them, with the exact one at hand. */
import { DateTime } from "luxon";
import { type Html, html } from "./html.ts";

const JUST_NOW_MS = 60_000;
const RELATIVE_FOR_MS = 24 * 3_600_000;

/** "5 min ago" for what is less than a day away, else the date; the exact instant in `title`. @param iso ISO 8601 */
export function ago(iso: string, now: number): Html {
  const instant = DateTime.fromISO(iso, { zone: "utc" });
  const distance = now - instant.toMillis();
  const text = Math.abs(distance) < RELATIVE_FOR_MS ? relative(distance) : instant.toFormat("d LLL yyyy, HH:mm");
  return timeTag(instant, text);
}

/** "03:12" for what is less than a day away, else with the date: as of when something is true. */
export function asOf(iso: string, now: number): Html {
  const instant = DateTime.fromISO(iso, { zone: "utc" });
  const isNear = Math.abs(now - instant.toMillis()) < RELATIVE_FOR_MS;
  return timeTag(instant, instant.toFormat(isNear ? "HH:mm" : "d LLL yyyy, HH:mm"));
}

/** "24 Nov 2026, 14:05:09": for a timeline, where seconds matter. */
export function clock(iso: string): Html {
  const instant = DateTime.fromISO(iso, { zone: "utc" });
  return timeTag(instant, instant.toFormat("d LLL yyyy, HH:mm:ss"));
}

const APPOINTMENT = "ccc d LLL yyyy, HH:mm";

/**
 * "Tue 10 Mar 2026, 12:30 Europe/Paris (11:30 UTC)": an appointment, by the clock where it takes place.
 *
 * @param zone of the booking; by UTC alone where it is not known, or none that there is
 */
export function appointment(iso: string, zone?: unknown): Html {
  const instant = DateTime.fromISO(iso, { zone: "utc" });
  const there = typeof zone === "string" ? instant.setZone(zone) : undefined;
  if (!there?.isValid || there.zoneName === "UTC") return timeTag(instant, `${instant.toFormat(APPOINTMENT)} UTC`);
  const utc = instant.toFormat(there.toISODate() === instant.toISODate() ? "HH:mm" : "d LLL, HH:mm");
  return html`${timeTag(instant, there.toFormat(APPOINTMENT))} <span class="quiet">${there.zoneName} (${utc} UTC)</span>`;
}

/** "840 ms", "2.3 s", "4 min", "3 h" */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

function relative(distance: number): string {
  const size = Math.abs(distance);
  if (size < JUST_NOW_MS) return distance >= 0 ? "just now" : "in a moment";
  const text = size < 3_600_000 ? `${Math.round(size / 60_000)} min` : `${Math.round(size / 3_600_000)} h`;
  return distance >= 0 ? `${text} ago` : `in ${text}`;
}

function timeTag(instant: DateTime, text: string): Html {
  const exact = instant.toISO({ suppressMilliseconds: true }) ?? "";
  return html`<time datetime="${exact}" title="${instant.toFormat("cccc d LLLL yyyy, HH:mm:ss")} UTC">${text}</time>`;
}
