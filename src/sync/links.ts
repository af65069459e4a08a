/** A record's links as a whole: which are missing of those it is to have, and which of ours are to go. */
import type { Link, RecordWrite } from "../../connectors/connector.ts";
import type { AppliedRecord } from "./applied-record.ts";

type LinkChanges = Required<Pick<RecordWrite, "links" | "unlink">>;

/** Links that a person made are not in the ledger, and stay. */
export function linkChanges(links: readonly Link[], known: AppliedRecord): LinkChanges {
  const wanted = new Set(links.map(linkKey));
  const unlink = [...known.links, ...(known.unsure ?? [])].filter((key) => !wanted.has(key)).map(linkOf);
  // Where a relation holds one record only, and where two records have several, taking one away may take what is to stay.
  const isTouched = (link: Link): boolean => unlink.some((one) => one.via === link.via || isToSame(one, link));
  const isThere = (key: string): boolean => known.links.includes(key) && !known.linksAgain?.includes(key);
  return { links: links.filter((link) => isTouched(link) || !isThere(linkKey(link))), unlink };
}

function isToSame(one: Link, other: Link): boolean {
  return one.toObject === other.toObject && one.toId === other.toId;
}

export function isLinked({ links, unlink }: LinkChanges): boolean {
  return links.length === 0 && unlink.length === 0;
}

export function linkKey({ via, toObject, toId }: Link): string {
  return `${via}>${toObject}:${toId}`;
}

export function linkOf(key: string): Link {
  // A label may hold any sign; an object's name and an id do not.
  const [, via = "", toObject = "", toId = ""] = /^(.*)>([^>:]*):([^>]*)$/s.exec(key) ?? [];
  return { via, toObject, toId };
}
