/** Runs a process: says why it cannot start, and ends it in order and in time when it is told to. */
import { existsSync } from "node:fs";
import { type Base, prepare, type Running } from "./base.ts";
import { plainWords } from "./refusal.ts";

const ENV_FILE = ".env";

/** Starts the parts in order; SIGTERM and SIGINT stop them all at once. */
export async function run(name: string, parts: readonly ((base: Base) => Promise<Running>)[]): Promise<void> {
  const base = await prepare(process.env, name).catch(refuse);
  if (readsEnvFile())
    base.log.info({ file: ENV_FILE }, "settings that are not in the environment are read from a file");
  const running: Running[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.map((part) => part.stop()));
    await base.stopRedis();
  };

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    base.log.info({ signal }, "stopping");
    // A platform kills what is not gone in time; what is left then is taken over by other workers.
    const { shutdownMs } = base.config;
    const give = (): never => {
      base.log.warn({ shutdownMs }, "not all came to an end in time; other processes take over what is left");
      process.exit(1);
    };
    setTimeout(give, shutdownMs).unref();
    await stopAll();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));

  try {
    for (const start of parts) if (!stopping) running.push(await start(base));
  } catch (error) {
    // What a process that stops has taken away from under a part is no fault to tell of.
    if (stopping) return;
    await stopAll();
    refuse(error);
  }
}

/** Node reads it, where it is told to: in production nobody tells it. */
function readsEnvFile(): boolean {
  return process.execArgv.some((argument) => argument.startsWith("--env-file")) && existsSync(ENV_FILE);
}

/** A set-up that cannot work is said in plain words, once, and not as a stack trace. */
function refuse(error: unknown): never {
  const text = plainWords(error) ?? (error instanceof Error ? error.stack : String(error));
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
