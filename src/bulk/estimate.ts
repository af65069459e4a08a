/** What a job would take, said before it is started: from what purchases took in the last day, and how it is paced. */
import type { Statistics } from "../stats/statistics.ts";
import type { BulkDeps } from "./deps.ts";
import { POLL_MS } from "./deps.ts";
import { countMeant, crmsOf } from "./meant.ts";
import { type ActingRequest, isUpTo } from "./request.ts";

export interface Estimate {
  readonly total: number;
  /** Whether it may be less. */
  readonly upTo: boolean;
  /** Of the CRMs, about; undefined where nothing of the last day says it. */
  readonly calls: number | undefined;
  /** About, while the CRMs answer and little is live. */
  readonly seconds: number;
}

export interface Pace {
  readonly mostWaiting: number;
  /** How often those start that wait. */
  readonly togetherEveryMs: number;
}

type EstimateDeps = Pick<BulkDeps, "crms" | "inbox" | "syncLog" | "quarantine"> & {
  readonly statistics: Pick<Statistics, "read">;
  readonly pace: Pace;
};

/** @throws UnknownCrmError */
export async function estimate(deps: EstimateDeps, request: ActingRequest): Promise<Estimate> {
  const total = await countMeant(deps, request);
  const { mostWaiting, togetherEveryMs } = deps.pace;
  const upTo = isUpTo(request);
  if (request.action === "dismiss") return { total, upTo, calls: 0, seconds: total / 500 };
  // An answer concerns the booking, in every CRM.
  const everywhere = request.action === "read_again" || request.action === "decide";
  const crms = everywhere ? deps.crms : crmsOf(deps, request);
  const each = await Promise.all(crms.map(({ crm }) => callsEach(deps, crm)));
  const known = each.filter((one) => one !== undefined);
  const calls = known.length < each.length ? undefined : Math.ceil(total * known.reduce((sum, one) => sum + one, 0));
  const rounds = Math.ceil(total / mostWaiting);
  return { total, upTo, calls, seconds: (rounds * (togetherEveryMs + POLL_MS)) / 1_000 };
}

async function callsEach({ statistics }: EstimateDeps, crm: string): Promise<number | undefined> {
  const { applied, failed, held, calls } = (await statistics.read(crm)).lastDay;
  const passes = applied + failed + held;
  return passes === 0 || calls === 0 ? undefined : calls / passes;
}

export function durationWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
