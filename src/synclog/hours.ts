/** Whole hours, UTC: what was listed is counted by them. */
export const HOUR_MS = 3_600_000;

/** The beginning of the hour that an instant is in; both milliseconds since the epoch. */
export function hourOf(at: number): number {
  return at - (at % HOUR_MS);
}

/** From the first to before the last, each the beginning of an hour. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

export function eachHour({ from, to }: Hours): number[] {
  const count = Math.max(0, Math.ceil((to - hourOf(from)) / HOUR_MS));
  return Array.from({ length: count }, (_, index) => hourOf(from) + index * HOUR_MS);
}
