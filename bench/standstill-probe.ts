/**
 * Given to a process under test with `--import`: writes how long its event loop stood still, at the longest, to the file that
 * STANDSTILL_FILE names. No part of the product.
 */
import { writeFileSync } from "node:fs";
import { env, threadCpuUsage } from "node:process";

const TICK_MS = 5;
const WRITE_MS = 250;

let [lateMs, busyMs, written] = [0, 0, 0];
let last = { at: performance.now(), cpu: cpuMs() };

/** Between two ticks nothing else came to its turn; on a machine with other work only the processor's time is ours. */
setInterval(() => {
  const now = { at: performance.now(), cpu: cpuMs() };
  lateMs = Math.max(lateMs, now.at - last.at - TICK_MS);
  busyMs = Math.max(busyMs, now.cpu - last.cpu);
  last = now;
  if (now.at - written < WRITE_MS || env.STANDSTILL_FILE === undefined) return;
  written = now.at;
  writeFileSync(env.STANDSTILL_FILE, JSON.stringify({ lateMs, busyMs }));
}, TICK_MS).unref();

// What starting takes is no answer to anybody.
process.once("SIGUSR2", () => {
  [lateMs, busyMs] = [0, 0];
});

function cpuMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
