/** What a command or a process does not work with it does not load: it starts sooner, and holds less memory. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Says at the end, on stderr, which packages were loaded. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
const loaded = new Set();
registerHooks({
  load(url, context, next) {
    const name = url.split("node_modules/").at(-1).split("/");
    if (url.includes("node_modules/")) loaded.add(name[0].startsWith("@") ? name.slice(0, 2).join("/") : name[0]);
    return next(url, context);
  },
});
process.once("exit", () => process.stderr.write(JSON.stringify([...loaded])));
`)}`;

function packagesOf(...args: readonly string[]): readonly string[] {
  const options = { cwd: ROOT, encoding: "utf8", env: { PATH: process.env.PATH } } as const;
  const { status, stderr } = spawnSync(process.execPath, ["--import", WATCH, ...args], options);
  expect(status).toBe(0);
  return JSON.parse(stderr) as string[];
}

const COMMAND = "src/cli.ts";
const SDKS = ["@jsforce/jsforce-node", "@hubspot/api-client"];
const HEAVY = [...SDKS, "bullmq", "ioredis", "pino", "express"];

it.each([
  ["what the commands are", [COMMAND, "--help"], [...HEAVY, "yaml", "zod", "libphonenumber-js", "liquidjs"]],
  ["how one is called", [COMMAND, "replay", "--help"], [...HEAVY, "yaml", "zod", "libphonenumber-js", "liquidjs"]],
  ["whether the mapping files are in order", [COMMAND, "mapping", "check", "--offline"], HEAVY],
])("loads nothing to say %s that it does not take", (_what, args, unused) => {
  const loaded = packagesOf(...args);
  expect(loaded).toContain("commander");
  expect(loaded.filter((name) => unused.includes(name))).toEqual([]);
});

it.each([
  ["web", [...SDKS, "@bull-board/api", "esbuild", "jose", "nodemailer"]],
  ["worker", [...SDKS, "express", "esbuild", "jose", "nodemailer"]],
])("starts the %s process without what its first use brings, the CRMs' SDKs before all", (name, unused) => {
  const loaded = packagesOf("--input-type=module", "--eval", `await import("./src/app/${name}.ts")`);
  expect(loaded).toContain("bullmq");
  expect(loaded.filter((one) => unused.includes(one))).toEqual([]);
});
