/** Breaks of jobs on many: what is done twice and what is left. */
import type { Break } from "../../bench/breaks-list.ts";

const crash = (only: string) => ["test/bulk/crash.test.ts", only] as const;

export const breaks: readonly Break[] = [
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
];
