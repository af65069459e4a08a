/** Reads quarantined deliveries again, those in another webhook's format aside; what can be read leaves the quarantine. */
import type { QuarantinedDelivery } from "../inbox/quarantine.ts";
import type { OperateDeps } from "./deps.ts";

export interface ReadAgainSummary {
  readonly read: number;
  readonly unreadable: number;
}

/** One at a time: a quarantine may be larger than memory. @param onProgress told how many were looked at */
export async function readAgain(
  { quarantine, receiveAgain }: Pick<OperateDeps, "quarantine" | "receiveAgain">,
  deliveries: AsyncIterable<QuarantinedDelivery> | Iterable<QuarantinedDelivery>,
  onProgress: (done: number) => void = () => {},
): Promise<ReadAgainSummary> {
  let [done, read, unreadable] = [0, 0, 0];
  for await (const delivery of deliveries) {
    if (delivery.reason !== "ignored_format") {
      const { outcome } = await receiveAgain(delivery);
      // Read or not, the delivery has a new entry now: in the inbox, or in the quarantine in place of this one.
      await quarantine.release(delivery.deliveryId);
      if (outcome === "stored") read += 1;
      else unreadable += 1;
    }
    done += 1;
    onProgress(done);
  }
  return { read, unreadable };
}
