/** Why notifications can have stayed away: what is known of the hour in which they would have been posted. */
import { RECEIVER } from "../stats/buckets.ts";
import type { Noted, Presence } from "../stats/presence.ts";
import type { Statistics } from "../stats/statistics.ts";
import type { NeverCame } from "./history.ts";
import { type Hours, UNTOLD } from "./hours.ts";

export interface WhyDeps {
  readonly presence: Pick<Presence, "read">;
  readonly statistics: Pick<Statistics, "hour">;
}

const HOUR_MS = 3_600_000;

/** @returns oldest hour first */
export async function withReasons(deps: WhyDeps, hours: Hours): Promise<NeverCame[]> {
  const noted = await deps.presence.read();
  const told = Object.entries(hours).filter(([hour]) => hour !== UNTOLD);
  const reasoned = await Promise.all(
    told.map(async ([hour, count]) => ({ hour, count, why: await whyOf(deps.statistics, noted, Date.parse(hour)) })),
  );
  const untold = hours[UNTOLD];
  return [
    ...reasoned.toSorted((a, b) => a.hour.localeCompare(b.hour)),
    ...(untold === undefined ? [] : [{ count: untold, why: [] }]),
  ];
}

async function whyOf(statistics: WhyDeps["statistics"], noted: Noted, from: number): Promise<NeverCame["why"]> {
  const counted = await statistics.hour(RECEIVER, from);
  const found: NeverCame["why"] = [];
  const to = from + HOUR_MS;
  if (noted.absences.some((absence) => Date.parse(absence.from) < to && Date.parse(absence.to) > from))
    found.push("down");
  if ((counted.get("refused") ?? 0) > 0) found.push("refused");
  if ((counted.get("quarantined") ?? 0) > 0) found.push("quarantined");
  if (found.length > 0) return found;
  return noted.since === undefined || Date.parse(noted.since) >= to ? ["not_noted"] : ["never_posted"];
}
