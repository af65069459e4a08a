/** Throws a quarantined delivery away. */
import type { OperateDeps } from "./deps.ts";

/** @returns whether it was there */
export async function discard({ quarantine }: Pick<OperateDeps, "quarantine">, deliveryId: string): Promise<boolean> {
  if ((await quarantine.find(deliveryId)) === undefined) return false;
  await quarantine.release(deliveryId);
  return true;
}
