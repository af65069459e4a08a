/** What connectors share that recognise their world. */
import type { Connector } from "./connector.ts";
import { CrmError } from "./errors.ts";
import type { Facts, Recognised, TestRecord } from "./recognise.ts";

/** Facts that could not be found out. */
export function open(names: readonly string[], why: string): Facts {
  return Object.fromEntries(names.map((name) => [name, { open: why }]));
}

interface Cleaning {
  readonly find: Connector["find"];
  readonly remove: (object: string, id: string) => Promise<void>;
}

/**
 * Removes what was made, also by a request whose answer never came.
 *
 * @returns what is left
 */
export async function clearUp(
  { find, remove }: Cleaning,
  made: Iterable<string>,
  people: readonly TestRecord[],
): Promise<Recognised["left"]> {
  const [first] = people;
  if (first === undefined) return [];
  const { object } = first;
  const looked = people.map(({ key }) => find({ object, by: key, select: [] }).catch(() => []));
  const found = (await Promise.all(looked)).flat().map(({ id }) => id);
  const left: { object: string; id: string }[] = [];
  for (const id of new Set([...made, ...found])) {
    try {
      await remove(object, id);
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      left.push({ object, id });
    }
  }
  return left;
}
