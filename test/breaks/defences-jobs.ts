/** Breaks of jobs on many: what is done twice, what is left, what does not stop, and what is live behind them. */
import type { Break } from "../../bench/breaks-list.ts";

const pages = (only: string) => ["test/bulk/pages.test.ts", only] as const;
const crash = (only: string) => ["test/bulk/crash.test.ts", only] as const;
const RUN = "src/bulk/run.ts";

export const breaks: readonly Break[] = [
  {
    name: "a look at a mapping's impact cannot be stopped",
    file: "src/bulk/look-at-impact.ts",
    from: "if (isStopped) return;",
    to: "if (isStopped) isStopped = false;",
    caughtBy: ["test/bulk/impact.test.ts", "ends at the next hundred"],
    invariant: "F4",
  },
  {
    name: "the impact of a mapping is measured against itself",
    file: "src/bulk/look-at-impact.ts",
    from: "measureImpact(untilStopped(), crm, set, after)",
    to: "measureImpact(untilStopped(), crm, after, after)",
    caughtBy: ["test/bulk/impact.test.ts", "is counted by field"],
    invariant: "F4",
  },
  {
    name: "a job forgets what its worker had in hand when it went down",
    file: RUN,
    from: "await actAgain(deps, bulk, bulk.progress.inHand)",
    to: "bulk.progress.inHand",
    caughtBy: crash("wherever that is"),
    invariant: "J4",
  },
  {
    name: "a job that goes on does again what is done",
    file: "src/bulk/act.ts",
    from: 'if (reached === "nothing") await',
    to: 'if (reached !== "noted") await',
    caughtBy: crash("wherever that is"),
    invariant: "J4",
  },
  {
    name: "a job that goes on leaves what was noted and not queued",
    file: "src/bulk/act.ts",
    from: 'else if (reached === "noted") await finish',
    to: 'else if (reached === "done") await finish',
    caughtBy: crash("wherever that is"),
    invariant: "J4",
  },
  {
    name: "a job writes down what it takes up only after it is done",
    file: RUN,
    from: "  await deps.store.save(bulk.id, taken);\n",
    to: "",
    caughtBy: crash("wherever that is"),
    invariant: "J4",
  },
  {
    name: "a job that is stopped goes on",
    file: RUN,
    from: 'if (await store.isStopped(bulk.id)) return { kind: "stopped" };',
    to: "",
    caughtBy: pages("takes up nothing more"),
    invariant: "J3",
  },
  {
    name: "a job puts all of its purchases into the queues at once",
    file: "src/app/bulk.ts",
    from: "    mostWaiting,\n",
    to: "    mostWaiting: 10 * 1_000,\n",
    caughtBy: crash("is not behind them"),
    invariant: "J5",
  },
  {
    name: "a job runs again what its filter does not mean",
    file: RUN,
    from: "((await isMeant(deps, request, id)) ? [id] : [])",
    to: "((await isMeant(deps, request, id)) ? [id] : [id])",
    caughtBy: pages("of a service"),
    invariant: "J2",
  },
  {
    name: "a button that is about all of a cause does the work itself",
    file: "src/admin/failed.ts",
    from: "if (first === undefined || purchaseIds.length > MOST)",
    to: "if (purchaseIds.length > MOST)",
    caughtBy: pages("a form of an earlier version"),
    invariant: "J1",
  },
  {
    name: "nobody sees who started a job",
    file: "src/admin/routes.ts",
    from: 'startJob, "start_job"',
    to: 'startJob, "nothing"',
    caughtBy: pages("who did it afterwards"),
    invariant: "J1",
  },
];
