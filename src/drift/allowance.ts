/** What a look may cost, and whether it may be now: a day's calls, behind whatever is live. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CrmError } from "../../connectors/errors.ts";
import { counted, type Round } from "./round.ts";

export interface Allowance {
  /** Calls that the connector has made so far. */
  readonly callsMade: () => number;
  /** Calls that sweeps may make in a day. */
  readonly callsADay: () => Promise<number>;
  /** `live`: purchases wait for the CRM. `closed`: it is not to be called at all. */
  readonly inTheWay: () => Promise<"nothing" | "live" | "closed">;
}

export type SweepEnd =
  | { readonly kind: "complete" | "calls_spent" | "closed" | "stopped" }
  | { readonly kind: "broke_off"; readonly error: CrmError };

const LIVE_WAIT_MS = 500;

/** @returns why there is to be no look; undefined once there may be */
export async function untilAllowed(deps: Allowance, round: Round, signal: AbortSignal): Promise<SweepEnd | undefined> {
  for (;;) {
    if (signal.aborted) return { kind: "stopped" };
    const spent = round.day === today() ? round.spent : 0;
    if (spent >= (await deps.callsADay())) return { kind: "calls_spent" };
    const inTheWay = await deps.inTheWay();
    if (inTheWay === "nothing") return undefined;
    if (inTheWay === "closed") return { kind: "closed" };
    await sleep(LIVE_WAIT_MS);
  }
}

export const today = (): string => new Date().toISOString().slice(0, 10);

export function spend(round: Round, calls: number): Round {
  const spent = (round.day === today() ? round.spent : 0) + calls;
  return { ...counted(round, { calls }), day: today(), spent };
}
