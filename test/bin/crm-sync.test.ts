/** `bin/crm-sync`, the one form of every command: on a dyno, in the image and at home. */
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../support/children.ts";
import { type Ended, onDyno, runLine, runProgram } from "../support/cli.ts";
import { testEnvironment } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis } from "../support/redis.ts";

const PROGRAM = join(ROOT, "bin/crm-sync");
const { PATH, NODE_COMPILE_CACHE } = CHILD_ENVIRONMENT;
/** `heroku run --help` */
const HEROKUS = new Set([
  "-a",
  "--app",
  "-r",
  "--remote",
  "-s",
  "--size",
  "-e",
  "--env",
  "-x",
  "--exit-code",
  "--type",
]);
for (const option of ["--listen", "--prompt", "--no-tty", "--no-notify", "--no-launcher"]) HEROKUS.add(option);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "home-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runProgram(PROGRAM, args, { cwd: folder, env: { PATH, NODE_COMPILE_CACHE, ...more } });

describe("what is typed", () => {
  it("arrives behind `heroku run` word by word, options too", async () => {
    const { code, err } = await runLine(onDyno(["bin/crm-sync", "replay", "--faild"]), {});
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("unknown option '--faild'") });
    const blank = await runLine(onDyno(["bin/crm-sync", "jobs", "of two words"]), {});
    expect(blank.err).toMatch(/too many arguments.*Expected 0 arguments but got 1/);
  });

  it("holds no option that `heroku run` keeps for itself", () => {
    const source = globSync("src/cli/**/*.ts", { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), "utf8"));
    const options = source.flatMap((text) =>
      [...text.matchAll(/[oO]ption\(\s*"([^" <[]+)/g)].flatMap(([, one = ""]) => one.split(/,\s*/)),
    );
    expect(options.length).toBeGreaterThan(20);
    expect(options.filter((option) => HEROKUS.has(option))).toEqual([]);
  });

  it("is run by the project's Node, whatever the system's is", async () => {
    const { code, out } = await runProgram(PROGRAM, ["--help"], { cwd: folder, env: { PATH: "/usr/bin:/bin" } });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("Usage: crm-sync") });
  });
});

describe("`.env`", () => {
  const READ = "Settings that are not in the environment are read from .env.\n";
  const environment = testEnvironment("redis://127.0.0.1:6379", "http://127.0.0.1:1");

  beforeAll(() => {
    const lines = Object.entries({ ...environment, KEY_PREFIX: "from-the-file", RETENTION_DAYS: "17" });
    writeFileSync(join(folder, ".env"), lines.map(([name, value]) => `${name}=${value}\n`).join(""));
  });

  it("is read outside production, and says so; the environment wins", async () => {
    const { out, err } = await inFolder(["config"], { KEY_PREFIX: "from-outside" });
    expect(out).toMatch(/RETENTION_DAYS.*17/);
    expect(out).toMatch(/KEY_PREFIX.*from-outside/);
    expect(err).toBe(READ);
  });

  it("is not read in production", async () => {
    const { code, out, err } = await inFolder(["config"], { NODE_ENV: "production" });
    expect(out).not.toMatch(/from-the-file/);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("BOOKINGBUG_USERNAME") });
  });

  it.each(["web", "worker", "start"])("is read by `npm run %s`, which says so", async (script) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [command = "", process = ""] = scripts[script].split(" ");
    const redis = await startTestRedis();
    try {
      const more = { REDIS_URL: redis.url, MAPPINGS_DIR: join(ROOT, "mappings") };
      const child = endsWithUs(
        spawn(join(ROOT, command), [process], {
          cwd: folder,
          env: { PATH, NODE_COMPILE_CACHE, ...more },
        }),
      );
      let log = "";
      child.stdout.setEncoding("utf8").on("data", (text) => {
        log += text;
      });
      await eventually(() => expect(log).toMatch(/"file":".env".*"settings that are not in the environment are read/));
      child.kill("SIGKILL");
    } finally {
      await redis.stop();
    }
  });
});
