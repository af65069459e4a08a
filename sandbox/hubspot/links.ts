/** Which records are associated with which, and how; ids are unique across all objects of the account. */

/** What an association is called: `""` for the plain one, which is there beside any label. */
type Names = Set<string>;

export interface Links {
  /** The plain association, and a label beside it where one is named. */
  add(one: string, other: string, name?: string): void;
  /** A label alone; with the plain association every label goes. */
  remove(one: string, other: string, name?: string): void;
  of(id: string): readonly string[];
  /** What two records are associated as. */
  names(one: string, other: string): readonly string[];
  /** What was associated with `from` is now associated with `to`. */
  move(from: string, to: string): void;
}

export function createLinks(): Links {
  const links = new Map<string, Map<string, Names>>();
  const oneWay = (from: string, to: string, names: readonly string[]): void => {
    const others = links.get(from) ?? new Map<string, Names>();
    links.set(from, others.set(to, new Set([...(others.get(to) ?? []), ...names])));
  };
  function join(one: string, other: string, names: readonly string[]): void {
    oneWay(one, other, names);
    oneWay(other, one, names);
  }
  return {
    add: (one, other, name = "") => join(one, other, ["", name]),
    remove(one, other, name = "") {
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        if (name === "") links.get(from)?.delete(to);
        else links.get(from)?.get(to)?.delete(name);
      }
    },
    of: (id) => [...(links.get(id)?.keys() ?? [])],
    names: (one, other) => [...(links.get(one)?.get(other) ?? [])],
    move(from, to) {
      for (const [other, names] of links.get(from) ?? []) {
        links.get(other)?.delete(from);
        join(to, other, [...names]);
      }
      links.delete(from);
    },
  };
}
