/** From when on a CRM is asked what changed, and how often. */
import { union } from "../sync/applied-record.ts";
import { type LookedAtChanged, lookAtChanged } from "./changed.ts";
import type { Asked, Round } from "./round.ts";
import type { SweepDeps } from "./sweep.ts";

const DAY_MS = 86_400_000;
/** Their clock is not ours, and what takes long to be saved bears an earlier time. */
const OVERLAP_MS = 2 * 60_000;

/** Where a day has few calls, half of them are left to the rounds. */
export async function isAskingDue(
  { callsADay }: Pick<SweepDeps, "callsADay">,
  { at, calls }: Asked,
  everyMs: number,
): Promise<boolean> {
  const passed = Date.now() - Date.parse(at);
  return passed >= everyMs && passed >= (2 * calls * DAY_MS) / (await callsADay());
}

/** @returns undefined where nothing was asked: that begins now */
export async function askNow(deps: SweepDeps, signal: AbortSignal): Promise<LookedAtChanged | undefined> {
  const { rounds, connector } = deps;
  const at = new Date().toISOString();
  const [round, asked] = await Promise.all([rounds.load(), rounds.asked()]);
  if (asked === undefined || round === undefined || connector.changedSince === undefined) {
    await rounds.saveAsked({ at, calls: 0, since: at, again: [] });
    return undefined;
  }
  const { again, since } = asked;
  const looked = await lookAtChanged(deps, round, { since: sinceOf(asked, round), again }, signal);
  const { calls } = looked.round.counts;
  const isDone = looked.end.kind === "complete";
  // What was not looked at to its end is asked for again, and what was under way may be our own last by then.
  const left = isDone ? { since: at, again: looked.round.again } : { since, again: union(again, looked.round.again) };
  await rounds.saveAsked({ at, calls, ...left });
  return looked;
}

/** What a whole round has looked at since is not asked for once more. */
function sinceOf({ since }: Asked, { startedAt, endedAt }: Round): string {
  const from = endedAt === undefined || startedAt < since ? since : startedAt;
  return new Date(Date.parse(from) - OVERLAP_MS).toISOString();
}
