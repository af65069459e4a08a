/**
 * Which notifications are taken in, and which are asked at once to come again. Work that is given up late has cost as much
 * as work that succeeds: a process that takes in twice what it can do would end by doing hardly anything in time. An
 * outage of Redis is something else: then nothing comes to an end, and waiting is worth it.
 */

export interface Admission {
  /** @returns what to call when the notification has been dealt with, or undefined when it must be refused */
  enter(): ((outcome: "done" | "failed") => void) | undefined;
}

export interface AdmissionOptions {
  /** Notifications under way at once, whatever happens. */
  readonly limit: number;
  /** Whether the process itself is too slow. */
  readonly isBusy: () => boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** A sender is answered within 5 s; this is what a newcomer may have to wait behind the others. */
const LONGEST_WAIT_MS = 2_000;
/** So few are no queue. */
const ALWAYS = 200;
const SLOT_MS = 100;
const SLOTS = 10;
/** When nothing has ended for so long, it is not slowness. */
const SILENCE_MS = 300;

export function createAdmission({ limit, isBusy, now = Date.now }: AdmissionOptions): Admission {
  let underWay = 0;
  let lastDone = 0;
  /** Ends by the slot of time they fell in. */
  const ends = new Map<number, number>();

  /** How long a newcomer would wait: those before it, by how many came to an end in the last second. */
  function waitMs(): number {
    const slot = Math.floor(now() / SLOT_MS);
    let done = 0;
    for (const [at, count] of ends) {
      if (at <= slot - SLOTS) ends.delete(at);
      else done += count;
    }
    return (underWay / Math.max(done, 1)) * SLOT_MS * SLOTS;
  }

  function isHopeless(): boolean {
    return underWay >= ALWAYS && now() - lastDone < SILENCE_MS && waitMs() > LONGEST_WAIT_MS;
  }

  return {
    enter() {
      if (underWay >= limit || isBusy() || isHopeless()) return undefined;
      underWay += 1;
      return (outcome) => {
        underWay -= 1;
        if (outcome === "failed") return;
        lastDone = now();
        const slot = Math.floor(lastDone / SLOT_MS);
        ends.set(slot, (ends.get(slot) ?? 0) + 1);
      };
    },
  };
}
