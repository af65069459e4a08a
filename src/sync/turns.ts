/**
 * Several purchases may list a booking, and each pass knows only what its own ledger says was written. So who writes to a
 * booking's records takes a turn, one at a time; a pass that finds another's turn there trusts nothing of what it knew.
 */
import { randomUUID } from "node:crypto";
import { type Lock, LockLostError, LockTimeoutError } from "../redis/locks.ts";
import type { Listings } from "./listings.ts";
import type { PassDeps } from "./pass.ts";

/** Turn by booking. */
export type TurnsTaken = Readonly<Record<string, string>>;

export interface Turns {
  /** Whether somebody else has written to the booking's records since this purchase did. */
  isOutrun(bookingId: string): boolean;
  /** Whether another purchase may have created the booking's records. */
  isListedElsewhere(bookingId: string): boolean;
  /**
   * For a booking that another purchase is to write. Where this one wrote last, maybe after that one had looked, that one is to look
   * again, and finds that it was outrun.
   *
   * @param hasBegun whether this one began a write of which nobody knows the end, nor in which turn that was
   */
  leave(bookingId: string, owner: string, hasBegun: boolean): Promise<void>;
  /** @throws LockTimeoutError when somebody wrote meanwhile; LockLostError */
  write<T>(bookingId: string, work: () => Promise<T>): Promise<T>;
  /** For the ledger: the last turns of this purchase. */
  taken(): TurnsTaken;
}

/** Name of the lock that whoever writes to a booking's records holds. */
export function bookingLock(crm: string, bookingId: string): string {
  return `booking:${crm}:${bookingId}`;
}

export function createTurns(
  deps: Pick<PassDeps, "crm" | "ledger" | "locks" | "lookAgain">,
  pass: { readonly listings: Listings; readonly before: TurnsTaken; readonly lock: Pick<Lock, "token"> },
): Turns {
  const { crm, ledger, locks } = deps;
  const { listings, before } = pass;
  const mine = pass.lock.token.slice(0, 13);
  const taken: Record<string, string> = { ...before };
  const seen = new Map([...listings].map(([id, { turn }]) => [id, turn]));

  /** Whoever wrote last finds that somebody has since. */
  async function takeAway(bookingId: string, turn: string | undefined): Promise<void> {
    await ledger.takeTurn(bookingId, turn, randomUUID().slice(0, 13));
  }

  /** What we wrote may come after what others wrote since. */
  async function distrust(bookingId: string): Promise<never> {
    const { others = [], turn } = (await ledger.listings("", [bookingId])).get(bookingId) ?? {};
    await takeAway(bookingId, turn);
    await deps.lookAgain(others);
    throw new LockLostError("Another pass over the same booking has begun meanwhile.");
  }

  return {
    isOutrun: (bookingId) => {
      const turn = seen.get(bookingId);
      return turn !== undefined && turn !== taken[bookingId];
    },

    isListedElsewhere: (bookingId) => (listings.get(bookingId)?.others.length ?? 0) > 0,

    async leave(bookingId, owner, hasBegun) {
      const turn = seen.get(bookingId);
      if (turn === undefined || (turn !== before[bookingId] && !hasBegun)) return;
      await deps.lookAgain([owner]);
      // Said once: it is nobody's turn now.
      await takeAway(bookingId, turn);
    },

    write: (bookingId, work) =>
      locks.withLocks(
        [bookingLock(crm, bookingId)],
        async () => {
          if (!(await ledger.takeTurn(bookingId, seen.get(bookingId), mine)))
            throw new LockTimeoutError(`Another purchase's pass has written to booking ${bookingId} meanwhile.`);
          seen.set(bookingId, mine);
          taken[bookingId] = mine;
          return await work();
        },
        () => distrust(bookingId),
      ),

    taken: () => ({ ...taken }),
  };
}
