/** A record's links as a whole: which are missing of those it is to have, and which of ours are to go. */
import type { Link, RecordWrite } from "../../connectors/connector.ts";
import type { AppliedRecord } from "./applied-record.ts";

type LinkChanges = Required<Pick<RecordWrite, "links" | "unlink">>;

/** Links that a person made are not in the ledger, and stay. */
export function linkChanges(links: readonly Link[], known: AppliedRecord): LinkChanges {
  const wanted = new Set(links.map(linkKey));
  const unlink = [...known.links, ...(known.unsure ?? [])].filter((key) => !wanted.has(key)).map(linkOf);
  // Where a relation holds one record only, taking one away may take what is to stay.
  const touched = new Set(unlink.map(({ via }) => via));
  return { links: links.filter((link) => touched.has(link.via) || !known.links.includes(linkKey(link))), unlink };
}

export function isLinked({ links, unlink }: LinkChanges): boolean {
  return links.length === 0 && unlink.length === 0;
}

export function linkKey({ via, toObject, toId }: Link): string {
  return `${via}>${toObject}:${toId}`;
}

export function linkOf(key: string): Link {
  const [, via = "", toObject = "", toId = ""] = /^([^>]*)>([^:]*):(.*)$/.exec(key) ?? [];
  return { via, toObject, toId };
}
