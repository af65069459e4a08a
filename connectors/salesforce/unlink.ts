/** A lookup holds one record: what replaces a link takes the old one away, and only one without a successor is emptied. */
import type { CrmRecord, FindQuery, Link, RecordWrite } from "../connector.ts";

/** @returns the write without those of its `unlink` that are replaced or no longer there: somebody else's link stays */
export async function withLinksToClear(
  find: (query: FindQuery) => Promise<readonly CrmRecord[]>,
  write: RecordWrite,
): Promise<RecordWrite> {
  const { object, target, links, unlink = [] } = write;
  const orphans = unlink.filter(({ via }) => !links.some((link) => link.via === via));
  if (orphans.length === 0 || target.by !== "id") return { ...write, unlink: [] };
  const select = [...new Set(orphans.map(({ via }) => via))];
  const [held] = await find({ object, by: { id: target.id }, select });
  const isHeld = ({ via, toId }: Link): boolean => sameId(String(held?.values[via] ?? ""), toId);
  return { ...write, unlink: orphans.filter(isHeld) };
}

/** "ID field type": the last 3 of 18 characters only say which of the others are capitals. */
function sameId(one: string, other: string): boolean {
  return one.slice(0, 15) === other.slice(0, 15);
}
