/**
 * How long to wait before a job is tried again: doubled with each failure.
 *
 * @param made failures so far, at least 1 @param firstMs after the first @returns milliseconds, at most `longestMs`
 */
export function doubled(made: number, firstMs: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(made - 1, 30));
}
