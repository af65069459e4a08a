/** The audit against a registry's answers: npm itself is replaced, since no registry can be told to know a weakness. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, it } from "@jest/globals";

async function auditWith(answer: string): Promise<{ code: number; said: string }> {
  const folder = await mkdtemp(join(tmpdir(), "npm-"));
  const npm = join(folder, "npm");
  await writeFile(npm, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit 1\n`);
  await chmod(npm, 0o755);
  const env = { PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter) };
  return new Promise((resolve) => {
    execFile(process.execPath, ["bin/audit.mjs"], { env }, (error, out) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: out }),
    );
  });
}

const report = (severity: string): string =>
  JSON.stringify({
    vulnerabilities: { express: { name: "express", severity, range: "<5", fixAvailable: true } },
    metadata: { vulnerabilities: { [severity]: 1 } },
  });

it.each([
  ["critical", 1],
  ["high", 1],
  ["moderate", 0],
])("a weakness that is %s ends the audit with %s", async (severity, code) => {
  const said = `${severity}: express <5, mended by npm audit fix\n`;
  expect(await auditWith(report(severity))).toEqual({ code, said });
});

it("finds nothing where nothing is known", async () => {
  const answer = JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: {} } });
  expect(await auditWith(answer)).toEqual({ code: 0, said: "No known weakness in the packages that are deployed.\n" });
});

it.each([
  ["an error", '{"message":"405","error":{}}'],
  ["no JSON", "<html>"],
])("says that a registry that answers with %s was not asked, and does not fail", async (_what, answer) => {
  expect(await auditWith(answer)).toMatchObject({ code: 0, said: expect.stringContaining("could not be reached") });
});
