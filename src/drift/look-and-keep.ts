/** A batch is looked at, what that comes to is kept, and what it cost is counted in the round. */
import { CrmError } from "../../connectors/errors.ts";
import { type Allowance, spend } from "./allowance.ts";
import { type KeepDeps, keepAll } from "./keep.ts";
import { type LookedAt, lookAt, type Reads } from "./look.ts";
import { placeOf } from "./place.ts";
import type { Recorded } from "./recorded.ts";
import type { Round } from "./round.ts";

interface LookDeps extends KeepDeps, Pick<Allowance, "callsMade"> {
  readonly connector: LookedAt;
}

interface Kept {
  readonly round: Round;
  /** Those that need no other look. */
  readonly sure: readonly Recorded[];
  /** Why nothing was looked at. */
  readonly error?: CrmError;
}

export async function lookAndKeep(
  deps: LookDeps,
  round: Round,
  records: readonly Recorded[],
  reads: Reads,
): Promise<Kept> {
  const made = deps.callsMade();
  const before = await deps.store.kept(records);
  try {
    const looked = await lookAt(deps.connector, records, (one) => before.get(placeOf(one)), reads);
    const spent = spend(round, deps.callsMade() - made);
    const sure = records.filter((_, index) => looked[index]?.kind !== "changed_meanwhile");
    return { round: await keepAll(deps, spent, { records, looked, before }), sure };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { round: spend(round, deps.callsMade() - made), sure: [], error };
  }
}
