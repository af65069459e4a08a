/** A process of the service under watch: its longest line, and how long its event loop stood still at the longest. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endsWithUs } from "../test/support/children.ts";

export interface Watched {
  readonly child: ChildProcess;
  longestLine(): number;
  /** By the clock, and by the processor's time, which other processes on the machine do not lengthen. */
  standstill(): { readonly lateMs: number; readonly busyMs: number };
}

export function startWatched(entry: string, env: NodeJS.ProcessEnv): Watched {
  const file = join(mkdtempSync(join(tmpdir(), "standstill-")), "standstill.json");
  const probe = new URL("standstill-probe.ts", import.meta.url).href;
  const child = endsWithUs(
    spawn(process.execPath, ["--import", probe, entry], {
      env: { PATH: process.env.PATH, ...env, STANDSTILL_FILE: file },
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  let longest = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    longest = Math.max(longest, Buffer.byteLength(line));
  });
  return {
    child,
    longestLine: () => longest,
    standstill: () => JSON.parse(readFileSync(file, "utf8")) as { lateMs: number; busyMs: number },
  };
}
