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

/** @param args what Node is to run, and with what */
export function runNode(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { ...CHILD_ENVIRONMENT, ...environment };
  return new Promise((resolve) => {
    endsWithUs(
      execFile(process.execPath, [...args], { cwd: ROOT, env }, (error, out, err) => {
        const failed = typeof error?.code === "number" ? error.code : -1;
        resolve({ code: error === null ? 0 : failed, out, err });
      }),
    );
  });
}
