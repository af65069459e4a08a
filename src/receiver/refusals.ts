/**
 * Notifications whose sign-in was refused. BookingBug says to nobody that its password does not fit any more, and does not
 * post again what was refused; so we say it.
 */
import type { ConnectorLog } from "../../connectors/connector.ts";
import { RECEIVER } from "../stats/buckets.ts";
import type { Counters } from "../stats/counters.ts";

/** Whoever posts without end fills neither the log nor Redis. */
const TELL_MS = 5_000;

/** @returns what to call with the address of each that was refused; it neither throws nor waits */
export function createRefusals(deps: {
  /** Notes the newest for whoever asks. */
  readonly note: (refused: { readonly at: string; readonly address: string }) => Promise<void>;
  readonly counters: Pick<Counters, "count">;
  readonly log: ConnectorLog;
}): (address: string) => void {
  const { note, counters, log } = deps;
  let told = 0;
  let untold = 0;
  return (address) => {
    counters.count(RECEIVER, "refused");
    untold += 1;
    const now = Date.now();
    if (now - told < TELL_MS) return;
    log.warn({ address, refused: untold }, "a sign-in to the notification URLs was refused");
    [told, untold] = [now, 0];
    note({ at: new Date(now).toISOString(), address }).catch((error: unknown) =>
      log.error({ error: String(error) }, "a refused sign-in could not be noted"),
    );
  };
}
