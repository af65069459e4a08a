/**
 * Notifications whose sign-in was refused. BookingBug says to nobody that its password does not fit any more, and does not
 * post again what was refused; so we say it.
 */
import type { ConnectorLog } from "../../connectors/connector.ts";
import { RECEIVER } from "../stats/buckets.ts";
import type { Counters } from "../stats/counters.ts";
import { seldom } from "./seldom.ts";

/** @returns what to call with the address of each that was refused; it neither throws nor waits */
export function createRefusals(deps: {
  /** Notes the newest for whoever asks. */
  readonly note: (refused: { readonly at: string; readonly address: string }) => Promise<void>;
  readonly counters: Pick<Counters, "count">;
  readonly log: ConnectorLog;
}): (address: string) => void {
  const { note, counters, log } = deps;
  const tell = seldom<string>((refused, address) => {
    log.warn({ address, refused }, "a sign-in to the notification URLs was refused");
    note({ at: new Date().toISOString(), address }).catch((error: unknown) =>
      log.error({ error: String(error) }, "a refused sign-in could not be noted"),
    );
  });
  return (address) => {
    counters.count(RECEIVER, "refused");
    tell(address);
  };
}
