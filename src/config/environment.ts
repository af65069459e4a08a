/** An environment as a process has it, and what in it counts as set. */

export type EnvironmentRecord = Readonly<Record<string, string | undefined>>;

export type VariablesSet = Readonly<Record<string, string>>;

/** What people leave in a copied example. An IPv6 address in brackets is none: without it a server would listen everywhere. */
const PLACEHOLDER =
  /^(<.*>|\[(?![\da-f:.]+\]$).*\]|x{3,}|\.{3}|\*{3,}|(change|replace|fill)[-_ ]?(me|this|in).*|your[-_ ].*|todo|tbd)$/i;

/** The variables that say something: blank ones and placeholders are left out. */
export function setVariables(env: EnvironmentRecord): VariablesSet {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !isUnset(entry[1]),
  );
  return Object.fromEntries(entries);
}

function isUnset(value: string): boolean {
  const text = value.trim();
  return text === "" || PLACEHOLDER.test(text);
}
