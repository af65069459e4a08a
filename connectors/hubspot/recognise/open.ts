/** Facts that could not be found out. */
import type { Facts } from "../../recognise.ts";

export function open(names: readonly string[], why: string): Facts {
  return Object.fromEntries(names.map((name) => [name, { open: why }]));
}
