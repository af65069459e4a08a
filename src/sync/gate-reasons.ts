/** Why nothing is sent to a CRM for now, and what an operator reads about it. */
import { FAILURE_KINDS } from "../synclog/failure-kinds.ts";

export const GATE_REASONS = ["unauthorised", "daily_limit", "rate_limited", "unavailable", "maintenance"] as const;
type GateReason = (typeof GATE_REASONS)[number];

interface GateWords {
  readonly title: string;
  readonly nextStep: string;
}

export const GATE_WORDS: Readonly<Record<GateReason, GateWords>> = {
  unauthorised: { title: FAILURE_KINDS.unauthorised.title, nextStep: FAILURE_KINDS.unauthorised.meanwhile },
  daily_limit: {
    title: "The day's CRM calls are spent",
    nextStep: "The queue goes on by itself when the CRM grants calls again. Next: raise the allocation, or use less.",
  },
  rate_limited: { title: FAILURE_KINDS.rate_limited.title, nextStep: "The queue goes on by itself." },
  unavailable: {
    title: FAILURE_KINDS.unavailable.title,
    nextStep: "The CRM is asked every few seconds; the queue goes on by itself when it answers.",
  },
  maintenance: {
    title: FAILURE_KINDS.maintenance.title,
    nextStep: "Writing is tried every few minutes; the queue goes on by itself when the maintenance is over.",
  },
};
