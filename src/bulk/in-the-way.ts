/** Whether nothing that a job leads to is written just now: by its gate, or because a person paused the CRM. */
import type { OperatedCrm } from "../operate/deps.ts";

/** @returns whether it is so in any of the CRMs */
export async function isInTheWay(crms: readonly Pick<OperatedCrm, "gate">[]): Promise<boolean> {
  const states = await Promise.all(crms.flatMap(({ gate }) => [gate.state(), gate.pausedByHand()]));
  return states.some((state) => state !== undefined);
}
