/** Breaks of what keeps a purchase from bringing one worker down after the other. */
import type { Break } from "../../bench/breaks-list.ts";

const setApart = (only: string) => ["test/crash/set-apart.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a purchase that was in hand when a worker went down runs among the others again",
    file: "src/sync/suspects.ts",
    from: "job.stalledCounter <= standstills",
    to: "job.stalledCounter <= 100",
    caughtBy: setApart("tried apart again"),
    invariant: "S9",
  },
  {
    name: "all that were in hand with it are set apart",
    file: "src/sync/trials.ts",
    from: 'first.kind === "fell" && !first.alone',
    to: "false",
    caughtBy: setApart("told from it"),
    invariant: "S9",
  },
  {
    name: "a trial that stands still is not seen",
    file: "src/sync/cell.ts",
    from: 'if (silentLooks > LOOKS) child.kill("SIGKILL");',
    to: "",
    caughtBy: setApart("LOOP"),
    invariant: "S9",
  },
  {
    name: "a person's retry leaves what is set apart where it is",
    file: "src/operate/retry.ts",
    from: "  await deps.setApart.letGo(crm, purchaseIds);\n",
    to: "",
    caughtBy: setApart("tried apart again"),
    invariant: "S9",
  },
];
