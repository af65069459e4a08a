/** Which records are associated with which; ids are unique across all objects of the account. */
export interface Links {
  add(one: string, other: string): void;
  remove(one: string, other: string): void;
  of(id: string): readonly string[];
  /** What was associated with `from` is now associated with `to`. */
  move(from: string, to: string): void;
}

export function createLinks(): Links {
  const links = new Map<string, Set<string>>();
  const oneWay = (from: string, to: string): void => {
    const set = links.get(from);
    if (set === undefined) links.set(from, new Set([to]));
    else set.add(to);
  };
  function add(one: string, other: string): void {
    oneWay(one, other);
    oneWay(other, one);
  }
  return {
    add,
    remove(one, other) {
      links.get(one)?.delete(other);
      links.get(other)?.delete(one);
    },
    of: (id) => [...(links.get(id) ?? [])],
    move(from, to) {
      for (const other of links.get(from) ?? []) {
        links.get(other)?.delete(from);
        add(to, other);
      }
      links.delete(from);
    },
  };
}
