/** A job that does nothing to purchases: it looks at what a mapping that is not in force would make different for them. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Impact, type KeptPurchase, keptStates, measureImpact, withMappingText } from "../operate/impact.ts";
import type { BulkDeps, Reached } from "./deps.ts";
import type { ImpactRequest } from "./request.ts";
import { type Bulk, type ImpactFound, NOTHING_YET } from "./store.ts";

/** Between two looks whether it is stopped. */
const AT_A_TIME = 100;

/** Whoever takes it over begins anew: it only reads. What it found until it was stopped is kept. */
export async function lookAtImpact(
  deps: BulkDeps,
  { id, request: { crm, file } }: Bulk & { readonly request: ImpactRequest },
  signal: AbortSignal,
): Promise<Reached> {
  const text = (await deps.store.mapping(id)) ?? "";
  const { set } = deps.mappings.current();
  const after = withMappingText(set, text, file);
  let done = 0;
  let isStopped = false;

  async function* untilStopped(): AsyncGenerator<KeptPurchase> {
    let began = performance.now();
    for await (const state of keptStates(deps, crm, set, after)) {
      yield state;
      done += 1;
      if (done % AT_A_TIME > 0) continue;
      // As long as it took: what is live has at least half of the process.
      await sleep(performance.now() - began, undefined, { signal });
      await deps.store.save(id, { ...NOTHING_YET, done });
      isStopped = await deps.store.isStopped(id);
      if (isStopped) return;
      began = performance.now();
    }
  }

  const impact = await measureImpact(untilStopped(), crm, set, after);
  await deps.store.saveFound(id, withoutValues(impact));
  await deps.store.save(id, { ...NOTHING_YET, done });
  return isStopped ? { kind: "stopped" } : { kind: "end", progress: { ...NOTHING_YET, done } };
}

function withoutValues({ groups, failing, ...counts }: Impact): ImpactFound {
  return {
    ...counts,
    failing: { count: failing.count, ...(failing.example !== undefined && { example: failing.example }) },
    groups: groups.map((group) => ({
      ...group,
      examples: group.examples.map(({ purchaseId, difference: { bookingId } }) => ({
        purchaseId,
        ...(bookingId !== undefined && { bookingId }),
      })),
    })),
  };
}
