/** The documents tell the truth: their commands run, their YAML is YAML, their links and their tests exist. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { everyVariable } from "../config/every-variable.ts";
import { onDyno, runLine } from "../support/cli.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FILES = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT });
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

interface Block {
  readonly file: string;
  readonly text: string;
}

function blocks(language: string): Block[] {
  const pattern = new RegExp(`^\`\`\`${language}\\b[^\\n]*\\n([\\s\\S]*?)^\`\`\``, "gm");
  return FILES.flatMap((file) => [...read(file).matchAll(pattern)].map(([, text = ""]) => ({ file, text })));
}

/** One per line, without comments and continuation marks. */
const commands = blocks("sh").flatMap(({ file, text }) =>
  text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [file, line] as const),
);
const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;
/** `NAME` or `NAME=value` in a sentence, NAME=value in a command. */
const VARIABLE = /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`|(?<![\w`])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)=/g;
/** Node's and the OpenTelemetry SDK's. */
const NOT_OURS = /^NODE_OPTIONS$|^OTEL_(?!TRACING$)/;
/** Programs that are not ours to test. */
const FOREIGN = new Set(["heroku", "docker", "git", "cp", "npm ci", "npm install"]);

/** What carries a command of ours to where it runs. */
const CARRIER = /^(?:heroku run|docker compose run --rm worker) (?=bin\/)/;

describe("a command in the documents", () => {
  const carried = commands.map(([file, line]) => [file, line.replace(CARRIER, "")] as const);
  const ours = carried.filter(([, line]) => line.startsWith("bin/crm-sync"));
  const others = carried.filter(([, line]) => !line.startsWith("bin/crm-sync"));
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem();
    await system.deliver("bookings", sample("purchase-created"));
  });
  afterAll(() => system.stop());

  it.each([...new Set(others.map(([, line]) => line))])("exists: %s", (line) => {
    const [program = "", verb = "", name = ""] = line.split(/\s+/);
    if (FOREIGN.has(program) || FOREIGN.has(`${program} ${verb}`)) return;
    if (program.startsWith("bin/")) return expect(statSync(join(ROOT, program)).mode & 0o111).not.toBe(0);
    expect(program).toBe("npm");
    expect(Object.keys(scripts)).toContain(verb === "run" ? name : verb);
  });

  it("is understood by crm-sync, at home and behind `heroku run`", async () => {
    const failures: string[] = [];
    const lines = [...new Set(ours.map(([, command]) => command))];
    const runSome = async (): Promise<void> => {
      for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
        const { out, err } = await runLine(onDyno(line.split(/\s+/)), system.environment);
        const said = out + err;
        // The others wait for what they have begun.
        if (line.includes(" pause ")) await runLine("bin/crm-sync resume --crm hubspot", system.environment);
        // Some name a record that the sandbox has not; what they must not do is misuse the command.
        if (/^error: |^\S*(Type|Reference|Syntax)Error|^\s+at /m.test(said)) failures.push(`${line}\n${said}`);
      }
    };
    await Promise.all([runSome(), runSome(), runSome()]);
    expect(ours.length).toBeGreaterThan(5);
    expect(failures).toEqual([]);
    // Some forty processes, one after the other where there is one core.
  }, 900_000);

  it("is written in the one form that works everywhere", () => {
    const sentences = FILES.filter((file) => file !== "CHANGELOG.md").map((file) => [file, read(file)] as const);
    expect(sentences.filter(([, text]) => /npm run (--silent )?crm-sync/.test(text)).map(([file]) => file)).toEqual([]);
  });
});

describe("an example in the documents", () => {
  it("is YAML where it says so", () => {
    const broken = blocks("yaml").flatMap(({ file, text }) =>
      parseAllDocuments(text).flatMap(({ errors }) => errors.map(({ message }) => `${file}: ${message}`)),
    );
    expect(broken).toEqual([]);
  });

  it("is JSON where it says so", () => {
    for (const { text } of blocks("json")) expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe("a reference in the documents", () => {
  it("to a file of this repository leads somewhere, to a section too", () => {
    const broken: string[] = [];
    for (const file of FILES) {
      for (const [, target = ""] of read(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = "", anchor] = target.split("#");
        const full = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
        if (!existsSync(full)) broken.push(`${file}: ${target}`);
        else if (anchor !== undefined && !anchorsOf(readFileSync(full, "utf8")).has(anchor))
          broken.push(`${file}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("to a test names one that exists", () => {
    const broken: string[] = [];
    let named = 0;
    for (const file of FILES) {
      for (const [, test = "", title] of read(file).matchAll(/`(test\/[\w/.-]+)`(?: "([^"]+)")?/g)) {
        named += 1;
        const path = join(ROOT, test);
        if (!existsSync(path)) broken.push(`${file}: ${test}`);
        else if (title !== undefined && !readFileSync(path, "utf8").includes(title))
          broken.push(`${file}: ${test} "${title}"`);
      }
    }
    expect(broken).toEqual([]);
    expect(named).toBeGreaterThan(30);
  });

  it("to a source file names one that exists, and what it holds", () => {
    const pattern = /`((?:src|connectors|sandbox|bench|bin|mappings)\/[^`\s]*)`(?::((?:,? `\w+`)+))?/g;
    const named = FILES.flatMap((file) =>
      [...read(file).matchAll(pattern)].map(([, path = "", names = ""]) => ({ file, path, names })),
    );
    const missing = ({ path, names }: (typeof named)[number]): string[] =>
      existsSync(join(ROOT, path)) ? (names.match(/\w+/g) ?? []).filter((name) => !holds(path, name)) : [path];
    expect(named.flatMap((one) => missing(one).map((what) => `${one.file}: ${one.path}: ${what}`))).toEqual([]);
    expect(named.length).toBeGreaterThan(100);
  });

  it("to a variable names one that is read", () => {
    const known = new Set(everyVariable.map(({ name }) => name));
    const families = new Set([...known].map((name) => name.split("_")[0]));
    const named = FILES.flatMap((file) =>
      [...read(file).matchAll(VARIABLE)].map(([, inCode, assigned]) => [file, inCode ?? assigned ?? ""] as const),
    ).filter(([, name]) => families.has(name.split("_")[0]) && !NOT_OURS.test(name));
    expect(named.filter(([, name]) => !known.has(name))).toEqual([]);
    expect(new Set(named.map(([, name]) => name)).size).toBeGreaterThan(20);
  });
});

function holds(path: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(read(path));
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
