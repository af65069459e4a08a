/** Breaks of a person's pause of a CRM. */
import type { Break } from "../../bench/breaks-list.ts";

const SCRIPTS = "src/sync/gate-scripts.ts";
const PAUSE = "src/sync/pause.ts";
const caught = (only: string) => ["test/sync/gate.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a pause with a reason is the gate's",
    file: SCRIPTS,
    from: "redis.call('HSET', KEYS[2], 'paused', 'person')",
    to: "redis.call('HSETNX', KEYS[2], 'paused', 'person')",
    caughtBy: caught("with a reason, made while the gate was closed"),
    invariant: "G6",
  },
  {
    name: "a pause ends one that was made in its place",
    file: SCRIPTS,
    from: "if ARGV[1] ~= '' and (paused ~= 'person' or redis.call('GET', KEYS[8]) ~= ARGV[1]) then return 0 end",
    to: "",
    caughtBy: caught("is not ended by the time of one"),
    invariant: "G6",
  },
  {
    name: "a pause ends before its time",
    file: PAUSE,
    from: "Date.parse(known.state.until) > now",
    to: "Date.parse(known.state.since) > now",
    caughtBy: caught("takes nothing from the queue"),
    invariant: "G6",
  },
  {
    name: "a pause does not end by itself",
    file: "src/sync/sync-worker.ts",
    from: "const ended = await gate.endPause(Date.now());",
    to: "const ended = await gate.endPause(0);",
    caughtBy: ["test/e2e/gate.test.ts", "stands on every page"],
    invariant: "G6",
  },
];
