/** What a host of repositories reads of this one is well-formed, and names what there is [E7]. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseDocument } from "yaml";
import { z } from "zod";
import { ROOT } from "../support/children.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const { engines, dependencies, devDependencies, scripts } = z
  .looseObject({
    engines: z.object({ node: z.string() }),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    scripts: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("package.json")));

function readYaml(file: string): unknown {
  const document = parseDocument(read(file), { strict: true });
  expect([file, document.errors, document.warnings]).toEqual([file, [], []]);
  return document.toJS();
}

describe("the workflow", () => {
  const step = z.strictObject({
    uses: z.string().optional(),
    with: z.record(z.string(), z.unknown()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    run: z.string().optional(),
  });
  const job = z.strictObject({ "runs-on": z.string(), "timeout-minutes": z.int(), steps: z.array(step).min(2) });
  const workflow = z.looseObject({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), job) });
  const { permissions, jobs } = workflow.parse(readYaml(".github/workflows/ci.yml"));
  const steps = Object.values(jobs).flatMap((one) => one.steps);
  const run = steps.flatMap((one) => one.run ?? []);

  it("runs every test by the command that contributors run, and builds the image", () => {
    expect(run).toContain("bin/test");
    expect(run.some((line) => line.startsWith("docker build "))).toBe(true);
    expect(read("CONTRIBUTING.md")).toContain("`bin/test` is what CI runs");
  });

  it("runs only what there is: programs that may be run, files, the scripts of package.json", () => {
    const words = run.flatMap((line) => line.split(" ")).filter((word) => /^bin\/|\.(ya?ml|mjs|ts)$/.test(word));
    const missing = words.filter((word) => !existsSync(join(ROOT, word)));
    expect(missing).toEqual([]);
    expect(words.filter((word) => word.startsWith("bin/") && (statSync(join(ROOT, word)).mode & 0o111) === 0)).toEqual(
      [],
    );
    const named = run.flatMap((line) =>
      [...line.matchAll(/npm run (?:--silent )?(\S+)/g)].map(([, name = ""]) => name),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("may only read, and has the Node of package.json, as the image has", () => {
    expect(permissions).toEqual({ contents: "read" });
    const versions = steps.flatMap((one) =>
      one.with?.["node-version"] === undefined ? [] : [one.with["node-version"]],
    );
    expect(versions.map((version) => `${version}.x`)).toEqual([engines.node]);
    const images = [...read("Dockerfile").matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => `${major}.x`);
    expect(new Set(images)).toEqual(new Set([engines.node]));
  });
});

describe("the issue forms", () => {
  const element = z.looseObject({
    type: z.enum(["markdown", "textarea", "input", "dropdown", "checkboxes"]),
    id: z.string().optional(),
    attributes: z.looseObject({ label: z.string().optional(), value: z.string().optional() }),
  });
  const form = z.looseObject({ name: z.string(), description: z.string(), body: z.array(element).min(1) });
  const files = globSync(".github/ISSUE_TEMPLATE/*.yml", { cwd: ROOT }).filter((file) => !file.endsWith("config.yml"));

  it.each(files)("%s asks for something, each question by an id of its own", (file) => {
    const { body } = form.parse(readYaml(file));
    const asked = body.filter(({ type }) => type !== "markdown");
    expect(asked.every(({ attributes, id }) => attributes.label !== undefined && id !== undefined)).toBe(true);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
  });

  it("name commands, files and folders that there are", () => {
    const named = files.flatMap((file) => [...read(file).matchAll(/\b(?:bin|test|docs)\/[\w./-]*\w|SECURITY\.md/g)]);
    expect(named.map(([path]) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });
});

it("renovate.json names packages that are used here", () => {
  const rules = z.looseObject({
    packageRules: z.array(z.looseObject({ matchPackageNames: z.array(z.string()).optional() })),
  });
  const { packageRules } = rules.parse(JSON.parse(read("renovate.json")));
  const named = packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames);
  expect(named.filter((name) => !(name in dependencies) && !(name in devDependencies))).toEqual([]);
});
