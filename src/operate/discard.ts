/** Throws a quarantined delivery away. */
import type { OperateDeps } from "./deps.ts";

/** @returns whether it was there */
export async function discard(
  { inbox, quarantine }: Pick<OperateDeps, "inbox" | "quarantine">,
  deliveryId: string,
): Promise<boolean> {
  if ((await quarantine.find(deliveryId)) === undefined) return false;
  await inbox.release(deliveryId);
  return true;
}
