/** Requests in their turn, and again after a while where BookingBug could not answer: everything that is sent is safe to repeat. */
import { setTimeout as sleep } from "node:timers/promises";
import { BookingBugRateLimitedError, BookingBugUnavailableError } from "./errors.ts";

/** How requests of all processes are kept apart. */
export interface Turns {
  /** Waits until a request may be sent. @returns what to call when it has ended */
  acquire(): Promise<() => void>;
  /** Nobody sends anything before then. */
  holdOff(until: Date): Promise<void>;
}

export interface Patience {
  /** Requests before it is given up. */
  readonly attempts: number;
  /** The first wait; it doubles with each further one. */
  readonly backoffMs: number;
  /** What asks for more is answered with an error instead. */
  readonly longestWaitMs: number;
}

export const PATIENCE: Patience = { attempts: 4, backoffMs: 1_000, longestWaitMs: 90_000 };

/** @param request is judged by what it throws; its turn ends before anything is waited for */
export async function patiently<T>(request: () => Promise<T>, turns: Turns, patience: Patience): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTurn(request, turns);
    } catch (error) {
      const until = againAt(error, attempt, patience);
      if (until === undefined) throw error;
      const waitMs = until.getTime() - Date.now();
      const isGivenUp = attempt >= patience.attempts || waitMs > patience.longestWaitMs;
      // It counts for every process, and for whatever is asked next.
      if (error instanceof BookingBugRateLimitedError) await turns.holdOff(until);
      else if (!isGivenUp) await sleep(waitMs);
      if (isGivenUp) throw error;
    }
  }
}

async function inTurn<T>(request: () => Promise<T>, turns: Turns): Promise<T> {
  const end = await turns.acquire();
  try {
    return await request();
  } finally {
    end();
  }
}

/** @returns undefined when waiting is of no use */
function againAt(error: unknown, attempt: number, { backoffMs }: Patience): Date | undefined {
  if (error instanceof BookingBugRateLimitedError) return error.retryAt;
  if (!(error instanceof BookingBugUnavailableError)) return undefined;
  return error.retryAt ?? new Date(Date.now() + backoffMs * 2 ** (attempt - 1));
}
