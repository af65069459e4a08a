/** A copy of the repository that may be broken, and jest in it. */
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { endsWithUs } from "../test/support/children.ts";
import { type Break, broken } from "./breaks-list.ts";

export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly title: string }
  /** The test cannot be run at all, so that it says nothing. */
  | { readonly kind: "unsound"; readonly why: string };

export interface Copy {
  /** Whether cases of a test pass where nothing is broken. @param only a pattern each, all cases where there is none */
  sound(test: string, only: readonly (string | undefined)[]): Promise<Verdict>;
  /** Runs the test that has to notice, with the break in place. */
  try(one: Break): Promise<Verdict>;
  remove(): void;
}

/** A test that is not done by then hangs: it notices that something is wrong. */
const TIMEOUT_MS = 120_000;

const summary = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** @param root of a working copy of git; what is not committed yet comes along */
export function copyRepository(root: string): Copy {
  const copy = mkdtempSync(join(tmpdir(), "breaks-"));
  const files = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  for (const file of files.split("\0")) {
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(realpathSync(join(root, "node_modules")), join(copy, "node_modules"));

  async function test(path: string, only: string | undefined): Promise<readonly Result[] | Verdict> {
    const output = join(copy, "breaks-result.json");
    rmSync(output, { force: true });
    const args = ["--runInBand", "--forceExit", "--json", `--outputFile=${output}`, `--testTimeout=${TIMEOUT_MS}`];
    const ended = await runJest(copy, [...args, ...(only === undefined ? [] : ["--testNamePattern", only]), path]);
    if (ended === "late") return { kind: "failed", title: `not done after ${TIMEOUT_MS / 1000} s` };
    if (!existsSync(output)) return { kind: "unsound", why: "jest said nothing" };
    return resultsIn(readFileSync(output, "utf8"));
  }

  return {
    async sound(path, only) {
      const wanted = only.includes(undefined) ? undefined : only.map((one) => `(${one})`).join("|");
      const results = await test(path, wanted);
      if ("kind" in results) return results;
      const isFound = (pattern = ""): boolean => results.some(({ title }) => new RegExp(pattern).test(title));
      const nothing = only.find((pattern) => !isFound(pattern));
      return nothing === undefined ? verdictOf(results) : { kind: "unsound", why: `no case is called ${nothing}` };
    },
    async try(one) {
      const path = join(copy, one.file);
      const sound = readFileSync(path, "utf8");
      const edited = broken(sound, one);
      if ("why" in edited) return { kind: "unsound", why: `this edit no longer applies: ${edited.why}` };
      writeFileSync(path, edited.text);
      try {
        const results = await test(...one.caughtBy);
        return "kind" in results ? results : verdictOf(results);
      } finally {
        writeFileSync(path, sound);
      }
    },
    remove: () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Result {
  readonly title: string;
  readonly passed: boolean;
}

/** Those of the cases that ran, or why there are none. */
function resultsIn(json: string): readonly Result[] | Verdict {
  const { testResults } = summary.parse(JSON.parse(json));
  const ran = testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === "passed" || status === "failed")
    .map(({ fullName, status }) => ({ title: fullName, passed: status === "passed" }));
  const why = testResults.map(({ message }) => message).join("\n");
  return ran.length > 0 ? ran : { kind: "unsound", why: why || "no case has this name" };
}

function verdictOf(results: readonly Result[]): Verdict {
  const failed = results.find(({ passed }) => !passed);
  return failed === undefined ? { kind: "passed" } : { kind: "failed", title: failed.title };
}

function runJest(cwd: string, args: readonly string[]): Promise<"done" | "late"> {
  const node = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
  const child = endsWithUs(spawn(process.execPath, [...node, ...args], { cwd, stdio: "ignore" }));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve("late");
      child.kill("SIGKILL");
    }, TIMEOUT_MS);
    child.once("error", reject);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve("done");
    });
  });
}
