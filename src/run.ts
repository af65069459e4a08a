/** Runs a process: says why it cannot start, and ends it in order when it is told to. */
import { ConfigError } from "./config/config-error.ts";
import { MappingFileError } from "./mapping/problems.ts";
import { NoMappingError } from "./mapping/set.ts";
import { type Base, prepare, type Running } from "./processes.ts";

/** Starts the parts in order; SIGTERM and SIGINT stop them in the opposite order. */
export async function run(name: string, parts: readonly ((base: Base) => Promise<Running>)[]): Promise<void> {
  const base = await prepare(process.env, name).catch(refuse);
  const running: Running[] = [];
  for (const start of parts) running.push(await start(base));

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    base.log.info({ signal }, "stopping");
    for (const part of running.toReversed()) await part.stop();
    await base.stopRedis();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
}

/** A set-up that cannot work is said in plain words, once, and not as a stack trace. */
function refuse(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof MappingFileError || error instanceof NoMappingError;
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}
