/** How long a job waits after a failure that can heal. */
import { doubled } from "../redis/doubled.ts";
import { retryAt, slowness } from "./failures.ts";
import { PassError } from "./pass-error.ts";

const LONGEST_MS = 10 * 60_000;

/**
 * Doubles from `firstMs` to ten minutes, with up to a quarter of jitter either way; never before the CRM said to
 * come back.
 *
 * @param attemptsMade failures so far, at least 1
 * @returns milliseconds
 */
export function backoffDelay(
  attemptsMade: number,
  error: unknown,
  firstMs: number,
  now: number,
  random = Math.random(),
): number {
  const slower = Math.max(1, ...errorsOf(error).map(slowness));
  const jittered = doubled(attemptsMade, slower * firstMs, LONGEST_MS) * (0.75 + random / 2);
  const asked = Math.max(0, ...errorsOf(error).map((one) => (retryAt(one) ?? 0) - now));
  return Math.round(Math.max(jittered, asked === 0 ? 0 : asked + random * firstMs));
}

function errorsOf(error: unknown): unknown[] {
  return error instanceof PassError ? error.failures.map((failure) => failure.error) : [error];
}
