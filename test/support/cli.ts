/** Commands as an operator runs them: each a process of its own. */
import { execFile } from "node:child_process";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "./children.ts";

export interface Ended {
  /** -1 when it was killed. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `crm-sync` with these arguments. @param environment all that it is configured with */
export function runCli(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return runNode(["src/cli.ts", ...args], environment);
}

/** A line as it is typed into a shell in the project's folder. @param environment all that it is configured with */
export function runLine(line: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  return runProgram("sh", ["-c", line], { cwd: ROOT, env: { ...CHILD_ENVIRONMENT, ...environment } });
}

/**
 * The line that a dyno's shell gets of what is typed after `heroku run`: Heroku's CLI has the words from the first shell and quotes
 * those with a blank or a quotation mark in them, and no others (packages/cli/src/lib/run/helpers.ts of heroku/cli: `buildCommand`).
 */
export function onDyno(words: readonly string[]): string {
  const [only = ""] = words;
  if (words.length === 1) return only;
  return words.map((word) => (/[ "]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word)).join(" ");
}

/** @param args what Node is to run, and with what */
export function runNode(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return runProgram(process.execPath, args, { cwd: ROOT, env: { ...CHILD_ENVIRONMENT, ...environment } });
}

export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Ended> {
  return new Promise((resolve) => {
    endsWithUs(
      execFile(program, [...args], options, (error, out, err) => {
        const failed = typeof error?.code === "number" ? error.code : -1;
        resolve({ code: error === null ? 0 : failed, out, err });
      }),
    );
  });
}
