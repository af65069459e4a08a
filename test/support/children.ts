/** Whatever a test or a benchmark starts ends with it, however that ends: by a failure, a time-out or `kill -9`. */
import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What each process of ours is given. What one has compiled, the next need not: half of a short command's time. */
export const CHILD_ENVIRONMENT = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compile"),
};

/** A shell that is told what runs, and ends it when the pipe from us closes, as it does even when we are killed. */
const UNDERTAKER = `
left=
while read -r what child; do
  if [ "$what" = started ]; then left="$left $child"; continue; fi
  others=
  for one in $left; do [ "$one" = "$child" ] || others="$others $one"; done
  left=$others
done
for one in $left; do kill -s "\${one%:*}" "\${one#*:}" 2>/dev/null; done`;

type Ending = "KILL" | "TERM";

const running = new Map<ChildProcess, Ending>();
let undertaker: ChildProcess | undefined;

/** @param signal what ends it in order, where `SIGKILL` would leave behind what it has started itself */
export function endsWithUs<Child extends ChildProcess>(child: Child, signal: Ending = "KILL"): Child {
  if (child.pid === undefined) return child;
  const name = `${signal}:${child.pid}`;
  running.set(child, signal);
  tell(`started ${name}`);
  // Its number may be another's by the time we end.
  child.once("exit", () => {
    running.delete(child);
    tell(`ended ${name}`);
    if (running.size > 0) return;
    undertaker?.stdin?.end();
    undertaker = undefined;
  });
  return child;
}

/** For the end of a test file: ends what a test that failed has left. */
export function endChildren(): void {
  for (const [child, signal] of running) child.kill(`SIG${signal}`);
}

function tell(line: string): void {
  undertaker ??= startUndertaker();
  undertaker.stdin?.write(`${line}\n`);
}

function startUndertaker(): ChildProcess {
  // In a group of its own, so that a Ctrl-C which ends us does not end it first.
  const shell = spawn("sh", ["-c", UNDERTAKER], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.unref();
  shell.stdin.on("error", () => {});
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell;
}
