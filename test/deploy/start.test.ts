/** What `bin/start` has Node run, and with how much memory [E11]. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/children.ts";

const home = mkdtempSync(join(tmpdir(), "home-"));
afterAll(() => rmSync(home, { recursive: true }));

/** A process that tells what it was started with, in place of one that starts. */
const TELLS = `data:text/javascript,console.log(JSON.stringify([process.execArgv,process.env.NODE_COMPILE_CACHE,process.env.MALLOC_ARENA_MAX]));process.exit()`;

function start(environment: Record<string, string>): [args: string[], cache: string, pools: string] {
  const env = { PATH: process.env.PATH, NODE_ENV: "production", NODE_OPTIONS: `--import "${TELLS}"`, ...environment };
  const { stdout } = spawnSync(join(ROOT, "bin/start"), ["web"], { cwd: home, env, encoding: "utf8" });
  return JSON.parse(stdout);
}

const limitIn = ([args]: ReturnType<typeof start>): number =>
  Number(args.find((one) => one.startsWith("--max-old-space-size="))?.split("=")[1]);

describe("bin/start [E11]", () => {
  it.each([
    ["512", 170, 8],
    ["1024", 341, 17],
    ["2560", 853, 42],
  ])("on a dyno of %s MB lets Node's heap have %d, and each half of what is new in it %d", (memory, heap, half) => {
    const started = start({ MEMORY_AVAILABLE: memory });
    expect(limitIn(started)).toBe(heap);
    expect(started[0]).toContain(`--max-semi-space-size=${half}`);
  });

  it("leaves the limit to whoever says one", () => {
    const NODE_OPTIONS = `--import "${TELLS}" --max-old-space-size=400`;
    expect(limitIn(start({ MEMORY_AVAILABLE: "512", NODE_OPTIONS }))).toBeNaN();
  });

  it("keeps what Node compiles beside the sources, or where it is told to", () => {
    expect(start({})[1]).toBe(join(ROOT, ".compile-cache"));
    expect(start({ NODE_COMPILE_CACHE: home })[1]).toBe(home);
  });

  it("finds what another user compiled where the version was built", () => {
    const NODE_COMPILE_CACHE = mkdtempSync(join(home, "cache-"));
    const of = (uid: number) => join(NODE_COMPILE_CACHE, `v24.0.0-x64-0a1b2c3d-${uid}`);
    const us = process.getuid?.() ?? 0;
    mkdirSync(of(us + 1));
    writeFileSync(join(of(us + 1), "compiled"), "");
    start({ NODE_COMPILE_CACHE });
    start({ NODE_COMPILE_CACHE });
    expect(readdirSync(of(us))).toEqual(["compiled"]);
  });

  it("lets glibc keep two pools of memory, or as many as somebody says", () => {
    expect(start({})[2]).toBe("2");
    expect(start({ MALLOC_ARENA_MAX: "4" })[2]).toBe("4");
  });

  it("reads .env outside production alone", () => {
    writeFileSync(join(home, ".env"), "");
    expect(start({ NODE_ENV: "" })[0]).toContain("--env-file=.env");
    expect(start({})[0]).not.toContain("--env-file=.env");
  });
});
