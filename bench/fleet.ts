/** The parts of a benchmark, each a process of its own, as in a deployment. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Redis } from "ioredis";
import type { FaultRule } from "../sandbox/faults.ts";
import { endsWithUs } from "../test/support/children.ts";
import { testEnvironment } from "../test/support/environment.ts";
import { startTestRedis, type TestRedis } from "../test/support/redis.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface Bench {
  readonly redis: TestRedis;
  readonly sandboxUrl: string;
  readonly env: Readonly<Record<string, string>>;
  start(entry: string, env?: Readonly<Record<string, string>>, args?: readonly string[]): ChildProcess;
  /** As the Procfile does, or, to warm, a build. */
  startDeployed(name: "warm" | "web" | "worker", env?: Readonly<Record<string, string>>): ChildProcess;
  /** What the sandbox does wrong from now on. */
  fail(rules: readonly FaultRule[]): Promise<void>;
  stop(): Promise<void>;
}

export interface BenchOptions {
  readonly crm: string;
  readonly sandboxPort: number;
  /** Milliseconds each CRM request takes. */
  readonly latencyMs: number;
  /** Whether the sandbox enforces HubSpot's published limit. */
  readonly limits: boolean;
  /** Requests in ten seconds that it admits then; 100 when absent. */
  readonly burst?: number;
  /** Where the sandbox's BookingBug posts to, with the name and password; nowhere when absent. */
  readonly callbacks?: string;
}

export async function openBench(options: BenchOptions): Promise<Bench> {
  const redis = await startTestRedis({ fsync: "always" });
  const sandboxUrl = `http://127.0.0.1:${options.sandboxPort}`;
  const env = {
    ...testEnvironment(redis.url, sandboxUrl),
    CRM: options.crm,
    LOG_LEVEL: "error",
  };
  const children: ChildProcess[] = [];
  function start(
    entry: string,
    more: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): ChildProcess {
    return launch(process.execPath, [entry, ...args], more);
  }
  function launch(command: string, args: readonly string[], more: Readonly<Record<string, string>>): ChildProcess {
    const child = endsWithUs(
      spawn(command, args, {
        cwd: ROOT,
        env: { PATH: process.env.PATH, ...env, ...more },
        stdio: ["ignore", "ignore", "inherit"],
      }),
    );
    children.push(child);
    return child;
  }
  const args = ["--port", String(options.sandboxPort), "--latency", String(options.latencyMs)];
  if (options.limits) args.push("--limits", "--burst", String(options.burst ?? 100));
  if (options.callbacks !== undefined) args.push("--callbacks", options.callbacks);
  start("sandbox/main.ts", {}, args);
  await untilUp(sandboxUrl);
  return {
    redis,
    sandboxUrl,
    env,
    start,
    startDeployed: (name, more = {}) => launch("bin/start", [name], more),
    async fail(rules) {
      const response = await fetch(`${sandboxUrl}/_control/faults`, { method: "POST", body: JSON.stringify(rules) });
      if (!response.ok) throw new Error(await response.text());
    },
    async stop() {
      for (const child of children) child.kill("SIGKILL");
      await redis.stop();
    },
  };
}

export async function untilUp(url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} did not come up`);
    await sleep(50);
  }
}

export interface SandboxStats {
  readonly calls: number;
  readonly rateLimited: number;
  readonly violations: readonly string[];
}

/** Requests to the CRM but for probes, from the sandbox' own books. */
export async function sandboxStats(url: string, crm: string): Promise<SandboxStats> {
  const response = await fetch(`${url}/_control/stats`);
  const all = (await response.json()) as Record<
    string,
    { calls: Record<string, number>; rateLimited: number; violations: string[] }
  >;
  const { calls = {}, rateLimited = 0, violations = [] } = all[crm] ?? {};
  const counted = Object.entries(calls).filter(([what]) => !what.startsWith("associated") && what !== "list");
  return { calls: counted.reduce((sum, [, count]) => sum + count, 0), rateLimited, violations };
}

export function median(numbers: readonly number[]): number {
  return percentiles(numbers, [0.5])[0];
}

/** @param shares from 0 to 1. @returns for each the number that this share of all lies below */
export function percentiles<const Shares extends readonly number[]>(
  numbers: readonly number[],
  shares: Shares,
): { [Index in keyof Shares]: number } {
  const sorted = numbers.toSorted((a, b) => a - b);
  return shares.map((share) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN) as {
    [Index in keyof Shares]: number;
  };
}

/** What a process holds in memory, in megabytes; 0 once it has ended. */
export async function residentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

export async function redisBytes(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
}
