/** How a process or a command says why it cannot do its work. */
import { ConfigError } from "./config/config-error.ts";
import { SetupError } from "./config/setup-error.ts";
import { MappingFileError } from "./mapping/problems.ts";
import { NoMappingError } from "./mapping/set.ts";

const PLAIN = [ConfigError, MappingFileError, NoMappingError, SetupError];

/** Whether the error's message says by itself what to do, so that a stack trace would only hide it. */
export function isPlain(error: unknown): error is Error {
  return PLAIN.some((type) => error instanceof type);
}
