/** Reads quarantined deliveries again, those in another webhook's format aside; what can be read leaves the quarantine. */
import type { QuarantinedDelivery } from "../inbox/inbox.ts";
import type { OperateDeps } from "./deps.ts";

export interface ReadAgainSummary {
  readonly read: number;
  readonly unreadable: number;
}

export async function readAgain(
  { inbox, receiveAgain }: Pick<OperateDeps, "inbox" | "receiveAgain">,
  quarantined: readonly QuarantinedDelivery[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ReadAgainSummary> {
  const deliveries = quarantined.filter((delivery) => delivery.reason !== "ignored_format");
  let read = 0;
  for (const [index, delivery] of deliveries.entries()) {
    const receipt = await receiveAgain(delivery);
    // Read or not, the delivery has a new entry now: in the inbox, or in the quarantine under a new id.
    await inbox.release(delivery.deliveryId);
    if (receipt.outcome === "stored") read += 1;
    onProgress(index + 1, deliveries.length);
  }
  return { read, unreadable: deliveries.length - read };
}
