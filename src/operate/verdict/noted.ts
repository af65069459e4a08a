/** A look at a CRM that people are told of: what it found is kept afterwards, however it ended. */
import type { KeptDifference, KeptVerdict, Verdicts } from "../../reconcile/verdicts.ts";
import { mappingOf, type OperateDeps } from "../deps.ts";
import { type Difference, type Verdict, type VerdictDeps, verdictOn } from "./verdict.ts";

export interface NotedVerdictDeps extends Omit<VerdictDeps, "choose" | "callsADay">, Pick<OperateDeps, "mappings"> {
  /** What the CRM said last of each of its limits. */
  readonly statistics: {
    limits(crm: string): Promise<{ readonly [window: string]: { readonly limit: number } | undefined }>;
  };
  readonly verdicts: Pick<Verdicts, "note">;
}

/** @param onLook as `verdictOn` has it */
export async function verdictNoted(
  deps: NotedVerdictDeps,
  by: KeptVerdict["by"],
  onLook?: (records: number) => void,
): Promise<Verdict> {
  const { crm } = deps;
  const startedAt = new Date().toISOString();
  const { daily } = await deps.statistics.limits(crm);
  const found = await verdictOn({ ...deps, choose: mappingOf(deps, crm), callsADay: daily?.limit }, onLook);
  const { outcome, purchases, underWay, records, calls, different, differences } = found;
  await deps.verdicts.note(crm, {
    ...{ by, startedAt, purchases, underWay, records, calls, different },
    outcome: outcome.kind === "broke_off" ? { kind: outcome.kind, why: outcome.error.message } : outcome,
    differences: differences.map(withoutValues),
  });
  return found;
}

/** What is in a field may be about a person. */
function withoutValues(difference: Difference): KeptDifference {
  if (difference.kind !== "differs") return difference;
  return { ...difference, fields: difference.fields.map(({ field }) => field) };
}
