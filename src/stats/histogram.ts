/** Durations counted in buckets, so that a day of them takes no more room than a minute. */

export interface Histogram {
  /** Upper bounds of the buckets in milliseconds, ascending; the last bucket has none. */
  readonly bounds: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
}

/** From acknowledgement to applied; each bound about 1.5 times the one before, which is how exact a quantile is. */
export const LAG_BOUNDS_MS: readonly number[] = [
  ...[50, 75, 100, 150, 250, 350, 500, 750],
  ...[1, 1.5, 2.5, 3.5, 5, 7.5, 10, 15, 25, 35, 50, 75].map((s) => s * 1_000),
  ...[100, 150, 250, 350, 500, 750, 1_000, 1_500, 2_500, 3_600, 5_000, 7_500].map((s) => s * 1_000),
  ...[3, 6, 12, 24].map((h) => h * 3_600_000),
];

/** One request to a CRM. */
export const CALL_BOUNDS_MS: readonly number[] = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/** @returns the index of the bucket that a duration belongs in */
export function bucketOf(bounds: readonly number[], ms: number): number {
  const index = bounds.findIndex((bound) => ms <= bound);
  return index === -1 ? bounds.length : index;
}

/**
 * @param q from 0 to 1
 * @returns milliseconds, interpolated within the bucket; undefined when nothing was counted
 */
export function quantile({ bounds, counts }: Histogram, q: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (below + count >= q * total && count > 0) {
      const low = bounds[index - 1] ?? 0;
      const high = bounds[index] ?? low;
      return low + (high - low) * ((q * total - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
