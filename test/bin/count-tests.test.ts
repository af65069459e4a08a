import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

const SCRIPT = join(import.meta.dirname, "../../bin/count-tests.mjs");

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "count-"));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** @returns the last line printed and the exit code */
async function count(result: string): Promise<{ line: string | undefined; code: number }> {
  const file = join(dir, "results.json");
  await writeFile(file, result);
  return await new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, file], (error, stdout) => {
      resolve({ line: stdout.trimEnd().split("\n").at(-1), code: typeof error?.code === "number" ? error.code : 0 });
    });
  });
}

function jestResult(counts: Readonly<Record<string, number | boolean>>): string {
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  return JSON.stringify({ ...none, numRuntimeErrorTestSuites: 0, success: true, ...counts });
}

describe("the count of tests", () => {
  it("is green when tests ran and all passed", async () => {
    expect(await count(jestResult({ numPassedTests: 123 }))).toEqual({ line: "123 passed, 0 failed", code: 0 });
  });

  it("shows skipped tests", async () => {
    const result = jestResult({ numPassedTests: 5, numPendingTests: 2, numTodoTests: 1 });
    expect(await count(result)).toEqual({ line: "5 passed, 0 failed, 3 skipped", code: 0 });
  });

  it("is red when a test failed", async () => {
    const result = jestResult({ numPassedTests: 5, numFailedTests: 1, success: false });
    expect(await count(result)).toEqual({ line: "5 passed, 1 failed", code: 1 });
  });

  it("counts a file that could not run as a failure", async () => {
    const result = jestResult({ numPassedTests: 5, numRuntimeErrorTestSuites: 2, success: false });
    expect(await count(result)).toEqual({ line: "5 passed, 2 failed", code: 1 });
  });

  it("is red when no test ran", async () => {
    expect(await count(jestResult({}))).toEqual({ line: "0 passed, 0 failed", code: 1 });
  });

  it("is red when jest wrote no result", async () => {
    expect(await count("")).toEqual({ line: "0 passed, 1 failed", code: 1 });
  });
});
