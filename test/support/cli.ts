/** Commands as an operator runs them: each a process of its own. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endsWithUs } from "./children.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function runCli(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...environment };
  return new Promise((resolve) => {
    endsWithUs(
      execFile(process.execPath, ["src/cli.ts", ...args], { cwd: ROOT, env }, (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
      ),
    );
  });
}
