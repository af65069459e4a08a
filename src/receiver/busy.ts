/** Whether this process is so busy that what it takes in now would be answered too late. */

/** How late timers are when the wait for everybody comes near the five seconds that a sender is answered within. */
const LATE_MS = 1_000;
const RECOVERED_MS = 200;
const LOOK_MS = 50;

export interface BusyWatch {
  isBusy(): boolean;
  stop(): void;
}

/** A timer that comes late says how long everything else waits for its turn. An outage of Redis does not make it late. */
export function watchBusy(): BusyWatch {
  let busy = false;
  let due = Date.now() + LOOK_MS;
  const timer = setInterval(() => {
    const now = Date.now();
    const lateMs = now - due;
    busy = lateMs >= (busy ? RECOVERED_MS : LATE_MS);
    due = now + LOOK_MS;
  }, LOOK_MS);
  timer.unref();
  return { isBusy: () => busy, stop: () => clearInterval(timer) };
}
