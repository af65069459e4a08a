import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { endsWithUs } from "../support/children.ts";
import { eventually } from "../support/eventually.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

const demos: Demo[] = [];

afterEach(() => {
  for (const { child } of demos.splice(0)) child.kill("SIGTERM");
});

function startDemo(...args: string[]): Demo {
  const options = { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"] };
  // It has processes of its own to end.
  const child = endsWithUs(spawn(process.execPath, ["bin/demo.ts", ...args], options), "TERM");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  const demo = { child, ended, output: () => output };
  demos.push(demo);
  return demo;
}

/** Waits until the demo has said `text`, then tells which of its servers can be reached. */
async function afterSaying(demo: Demo, text: string): Promise<string[]> {
  await eventually(() => expect(demo.output()).toContain(text));
  return [...demo.output().matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url);
}

describe("the demo", () => {
  it("shows a booking's life in both CRMs and ends", async () => {
    const demo = startDemo("--once");
    expect([await demo.ended, demo.output()]).toEqual([0, expect.stringContaining("The customer cancels")]);
    const output = demo.output();
    const [life, silence] = output.split("Two more customers book");
    expect(life?.match(/contact +Test Gladden <test@bookingbug\.com>/g)).toHaveLength(6);
    expect(output).toContain("booked (shown to users as Busy)");
    expect(output).toContain("rescheduled (shown to users as RESCHEDULED)");
    expect(output).toContain("cancelled (shown to users as Free)");
    expect(output).toContain("cancelled (shown to users as CANCELED)");
    expect(life?.match(/moved from/g)).toHaveLength(4);
    expect(silence).toContain("1 missing, 1 stale, 1 cancelled there");
    expect(silence?.match(/contact +Mary Somerville/g)).toHaveLength(2);
    expect(silence?.split("Callbacks are off")[1]?.match(/moved from/g)).toHaveLength(4);
  });

  it("stays up until it is interrupted, and leaves nothing behind", async () => {
    const demo = startDemo();
    const servers = await afterSaying(demo, "Press Ctrl-C");
    expect(servers).toHaveLength(3);
    for (const url of servers) expect((await fetch(`${url}/`)).status).toBeLessThan(500);
    const folders = await demoFolders();

    demo.child.kill("SIGINT");
    expect(await demo.ended).toBe(0);
    for (const url of servers) await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect((await demoFolders()).length).toBeLessThan(folders.length);
  });

  it("ends its processes when it is interrupted at the start", async () => {
    const before = await demoFolders();
    const demo = startDemo("--once");
    await afterSaying(demo, "Starting Redis");
    demo.child.kill("SIGINT");
    expect(await demo.ended).toBe(130);
    expect(await demoFolders()).toEqual(before);
  });

  it("explains its options", async () => {
    const demo = startDemo("--twice");
    expect(await demo.ended).toBe(2);
    expect(demo.output()).toContain("Usage: bin/demo [--once]");
  });
});

async function demoFolders(): Promise<string[]> {
  const names = await readdir(join(ROOT, ".data")).catch(() => []);
  return names.filter((name) => name.startsWith("demo-"));
}
