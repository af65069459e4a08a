/** How a process or a command says why it cannot do its work. */
import { ConfigError } from "../config/config-error.ts";
import { SetupError } from "../config/setup-error.ts";
import { MappingFileError } from "../mapping/problems.ts";
import { NoMappingError } from "../mapping/set.ts";

const PLAIN = [ConfigError, MappingFileError, NoMappingError, SetupError];

/** @returns what to tell an operator, when the error's message says by itself what to do; a stack would only hide it */
export function plainWords(error: unknown): string | undefined {
  return error instanceof Error && PLAIN.some((type) => error instanceof type) ? error.message : undefined;
}
