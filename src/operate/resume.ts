/** Lets a CRM's queue go on: opens its gate, if the CRM accepts us, and ends a person's pause. */
import type { GateState } from "../sync/gate.ts";
import { GATE_WORDS } from "../sync/gate-reasons.ts";
import { crmOf, type OperateDeps } from "./deps.ts";

export type Resumed =
  /** The CRM was asked and does not accept us; nothing was changed. */
  | { readonly outcome: "still_closed"; readonly gate: GateState }
  /** What stood in the way. */
  | { readonly outcome: "resumed"; readonly was: "gate" | "pause" | "gate_and_pause" | "nothing" };

/** @throws UnknownCrmError */
export async function resume(deps: Pick<OperateDeps, "crms">, name: string): Promise<Resumed> {
  const { gate, connector } = crmOf(deps, name);
  const wasClosed = (await gate.state()) !== undefined;
  const closed = await gate.askNow(connector);
  if (closed !== undefined) return { outcome: "still_closed", gate: closed };
  const wasPaused = await gate.liftPause();
  if (wasClosed) return { outcome: "resumed", was: wasPaused ? "gate_and_pause" : "gate" };
  return { outcome: "resumed", was: wasPaused ? "pause" : "nothing" };
}

/** Why the gate stays closed, and what to do. */
export function stillClosed({ reason, detail }: GateState): string {
  const { title, nextStep } = GATE_WORDS[reason];
  return `The CRM was asked just now, and the gate stays closed. ${title}: ${detail.replace(/\.?$/, ".")} ${nextStep}`;
}

export const RESUMED_WORDS = {
  gate: "The CRM accepts us: its gate is open, and the queue goes on.",
  pause: "Somebody had paused the queue; it goes on.",
  gate_and_pause: "The CRM accepts us: its gate is open. Somebody had paused the queue besides; it goes on.",
  nothing: "Nothing had stopped the queue.",
} as const;
