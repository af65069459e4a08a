/** What became of what was planned, as the timelines of its purchases tell. */
import type { OperateDeps } from "../operate/deps.ts";
import { kindOfAll } from "../synclog/cause.ts";
import type { FailureEntry, PassEntry } from "../synclog/entries.ts";
import type { Plan, PlannedPurchase, PlannedRecord, Verdict } from "./plan-file.ts";
import { createTally, type SectionCount } from "./tally.ts";

export interface CrmOutcome {
  readonly crm: string;
  readonly planned: readonly SectionCount[];
  readonly done: readonly SectionCount[];
  /** Purchases of which something is held or failed, the first of them by number. */
  readonly held: readonly string[];
  readonly failed: readonly string[];
}

type OutcomeDeps = Pick<OperateDeps, "crms" | "syncLog">;

const AT_ONCE = 50;
const NAMED = 20;

export async function outcomeOf({ crms, syncLog }: OutcomeDeps, plan: Plan): Promise<CrmOutcome[]> {
  const planned = createTally();
  const done = createTally();
  const left = new Map(crms.map(({ crm }) => [crm, { held: [] as string[], failed: [] as string[] }]));

  async function look(purchase: PlannedPurchase): Promise<void> {
    const timeline = await syncLog.timeline(purchase.id);
    for (const [crm, records] of Object.entries(purchase.records)) {
      const passes = timeline.filter((entry) => entry.kind === "pass").filter((entry) => entry.crm === crm);
      const lately = passes.filter(({ at }) => at >= plan.header.choice.madeAt);
      for (const record of records) {
        planned.add(crm, record);
        const verdict = becameOf(record, lately);
        if (verdict !== undefined) done.add(crm, { ...record, verdict });
      }
      note(left.get(crm), purchase.id, lately.at(-1)?.failures ?? []);
    }
  }

  for await (const some of inGroups(plan.purchases(), AT_ONCE)) await Promise.all(some.map(look));
  return crms.map(({ crm }) => ({
    crm,
    planned: planned.of(crm),
    done: done.of(crm),
    ...(left.get(crm) ?? { held: [], failed: [] }),
  }));
}

const BECAME = {
  created: "created",
  recreated: "created",
  adopted: "adopted",
  updated: "known",
  unchanged: "known",
  retired: "known",
  removed: "known",
} as const;

/** @returns undefined where nothing was done about it */
function becameOf({ key, section }: PlannedRecord, passes: readonly PassEntry[]): Verdict | undefined {
  const actions = passes.flatMap(({ records }) => records.filter((one) => one.key === key)).map(({ action }) => action);
  // A pass that was made again knows what the one before it has made.
  const telling = actions.find((action) => BECAME[action] !== "known") ?? actions[0];
  if (telling !== undefined) return BECAME[telling];
  const failures = passes.at(-1)?.failures ?? [];
  const own = failures.find((failure) => failure.section === section);
  if (own !== undefined) return own.hold === undefined ? "failing" : "held";
  return failures.length === 0 ? undefined : "waiting";
}

function note(
  left: { readonly held: string[]; readonly failed: string[] } | undefined,
  purchaseId: string,
  failures: readonly FailureEntry[],
): void {
  if (left === undefined || failures.length === 0) return;
  const list = left[kindOfAll(failures)];
  if (list.length < NAMED) list.push(purchaseId);
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void, undefined> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  yield group;
}
