/** How many purchases a worker has in hand: fewer while its memory is tight. */
import { repeat } from "../redis/repeat.ts";

/** So few are always taken up. */
const LEAST = 5;
const LOOK_MS = 250;

/**
 * Halves what the worker takes up for as long as memory is tight, and doubles it again once there is room. What is in hand is
 * finished.
 *
 * @returns what ends it
 */
export function takeUpWithin(
  worker: { concurrency: number },
  { most, isTight }: { readonly most: number; readonly isTight: () => boolean },
): () => void {
  return repeat(
    async () => {
      const now = worker.concurrency;
      const next = isTight() ? Math.max(LEAST, Math.floor(now / 2)) : now * 2;
      worker.concurrency = Math.min(most, next);
    },
    LOOK_MS,
    () => {},
  );
}
