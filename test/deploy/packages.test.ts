/** The packages of production are known, and none of them is for development alone [S11]. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const entry = z.object({ name: z.string().optional(), version: z.string(), dev: z.boolean().optional() });
const lock = z.object({ packages: z.record(z.string(), z.unknown()) });

/** Of `package-lock.json`, by what `npm ci --omit=dev` goes by. */
function locked(isDeployed: boolean): string[] {
  const { packages } = lock.parse(JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, value]) => ({ path, ...entry.parse(value) }))
    .filter(({ dev }) => (dev !== true) === isDeployed)
    .map(({ path, name, version }) => `${name ?? path.split("node_modules/").at(-1)}@${version}`);
}

describe("what is deployed", () => {
  it("has no TypeScript in it [S11]", () => {
    const names = locked(true).filter((name) => /^@?typescript\b/.test(name));
    expect(names).toEqual([]);
    expect(locked(false).some((name) => name.startsWith("typescript@"))).toBe(true);
  });

  describe("is refused by bin/deployed.mjs", () => {
    const folder = mkdtempSync(join(tmpdir(), "lock-"));
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each([
      ["by its name", { "node_modules/typescript": { version: "7.0.2", devOptional: true } }],
      ["under another", { "node_modules/compiler": { name: "typescript", version: "7.0.2" } }],
      ["as a part", { "node_modules/@typescript/typescript-linux-x64": { version: "7.0.2", optional: true } }],
    ])("where TypeScript is in it %s", (_how, packages) => {
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
      const { status, stderr } = spawnSync(process.execPath, ["bin/deployed.mjs", folder], {
        cwd: ROOT,
        encoding: "utf8",
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(/typescript.*Next: npm explain/);
    });
  });
});

describe("the size of what is deployed", () => {
  const sized = (root: string) =>
    spawnSync(process.execPath, ["bin/deployed.mjs", root], { cwd: ROOT, encoding: "utf8" });

  it("is said with the ten largest packages, each of which docs/scaling.md says the use of", () => {
    const { status, stdout } = sized(ROOT);
    expect(status).toBe(0);
    const [, list = ""] = /the largest: (.*)\)/.exec(stdout) ?? [];
    const largest = list.split(", ").map((one) => one.split(" ")[0] ?? "");
    expect(largest).toHaveLength(10);
    const page = readFileSync(join(ROOT, "docs/scaling.md"), "utf8");
    // esbuild's program is another package on each platform.
    const names = largest.map((name) => name.replace(/^@esbuild\/.*/, "esbuild"));
    expect(names.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
  });

  it("is refused above 120 MB of packages", () => {
    const folder = mkdtempSync(join(tmpdir(), "large-"));
    for (const path of ["connectors", "src", "mappings", "bin", "node_modules/one"]) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    writeFileSync(join(folder, "package.json"), "{}");
    for (const script of ["crm-sync", "start"]) writeFileSync(join(folder, "bin", script), "");
    writeFileSync(
      join(folder, "package-lock.json"),
      JSON.stringify({ packages: { "node_modules/one": { version: "1.0.0" } } }),
    );
    const large = join(folder, "node_modules/one/index.js");
    for (const [bytes, refused] of [
      [119_999_999, 0],
      [120_000_001, 1],
    ] as const) {
      // A hole, which takes no room.
      writeFileSync(large, "");
      truncateSync(large, bytes);
      expect([bytes, sized(folder).status]).toEqual([bytes, refused]);
    }
    rmSync(folder, { recursive: true });
  });
});

describe("npm run sbom", () => {
  const list = z.object({
    bomFormat: z.literal("CycloneDX"),
    metadata: z.object({ component: z.looseObject({ name: z.literal("bookingbug-crm-sync") }) }),
    components: z.array(
      z.looseObject({
        "bom-ref": z.string(),
        purl: z.string().startsWith("pkg:npm/"),
        hashes: z.array(z.unknown()).min(1),
      }),
    ),
    dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
  });

  it("lists every package that is deployed, and none that only development needs", () => {
    const { stdout } = spawnSync("npm", ["run", "--silent", "sbom"], {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 64 * 1_048_576,
      env: { ...process.env, npm_config_offline: "true" },
    });
    const { components, dependencies } = list.parse(JSON.parse(stdout));
    const names = components.map((component) => component["bom-ref"]);
    expect(names.toSorted()).toEqual([...new Set(locked(true))].toSorted());
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^zod@/), expect.stringMatching(/^express@/)]));
    const deployed = new Set(locked(true));
    expect(names.filter((name) => locked(false).includes(name) && !deployed.has(name))).toEqual([]);
    const known = new Set(names);
    expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
  });
});
