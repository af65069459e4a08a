/** Tells a CRM that is down from one that stumbles: many failures in a row, over some time, with no success between. */

export interface OutageDetector {
  succeeded(): void;
  /** @returns true when the failures so far amount to an outage */
  failed(now: number): boolean;
}

const FAILURES = 10;
const DURATION_MS = 20_000;

export function createOutageDetector(): OutageDetector {
  let failures = 0;
  let since = 0;
  return {
    succeeded() {
      failures = 0;
    },
    failed(now) {
      if (failures === 0) since = now;
      failures += 1;
      return failures >= FAILURES && now - since >= DURATION_MS;
    },
  };
}
