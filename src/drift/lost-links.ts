/**
 * Links of ours that somebody took away or led elsewhere. Where links are fields, they are read with the others; else they are
 * read apart, and what people have added beside ours is nobody's business.
 */
import type { Connector, CrmRecord, FieldValues, Link, LinkKind } from "../../connectors/connector.ts";
import { MisconfiguredError, NotFoundError, type RecordPlace } from "../../connectors/errors.ts";
import { isSameText } from "../sync/values.ts";
import type { Drifted, DriftedField } from "./drifted.ts";
import type { Recorded, RecordedLink } from "./recorded.ts";

type Found = Pick<CrmRecord, "values">;

/** Between the ids of a side. */
export const BETWEEN = ";";
/** So many ids of others tell what became of a link. */
const MOST_OTHERS = 10;

/** A field holds one of them; of one that the CRM did not tell nothing is said. */
export function lostFields({ links }: Pick<Recorded, "links">, { values }: Found): DriftedField[] {
  return [...Map.groupBy(links.filter(isWatched), ({ via }) => via)].flatMap(([via, some]): DriftedField[] => {
    const theirs = values[via];
    const ids = some.map(({ toId }) => toId);
    if (theirs === undefined || ids.some((id) => isSameText(id, String(theirs)))) return [];
    const ours = ids.join(BETWEEN);
    return [{ field: via, base: ours, ours, theirs, asks: asksOf(some), isLink: true }];
  });
}

/** @throws CrmError where the CRM does not answer */
export async function lostAssociations(
  connector: Pick<Connector, "associations">,
  { object, id, links }: Pick<Recorded, "object" | "id" | "links">,
  { values }: Found,
): Promise<DriftedField[]> {
  const some = links.filter((link) => isWatched(link) && values[link.via] === undefined);
  const told = await associationsOf(connector, { object, id }, kindsOf(some));
  return told.flatMap(({ via, toObject, toIds }): DriftedField[] => {
    const ofKind = some.filter((link) => link.via === via && link.toObject === toObject);
    const lost = ofKind.filter(({ toId }) => !isAmong(toIds, toId));
    if (lost.length === 0) return [];
    const others = toIds.filter((toId) => !ofKind.some((link) => isSameText(link.toId, toId)));
    const ours = lost.map(({ toId }) => toId).join(BETWEEN);
    const theirs = others.length === 0 ? null : others.join(BETWEEN);
    return [{ field: via, base: ours, ours, theirs, asks: asksOf(ofKind), isLink: true, associated: toObject }];
  });
}

/** What was known to be lost, where nobody looked again and it still is to be there. */
export function lostBefore({ links }: Pick<Recorded, "links">, before: Drifted | undefined): DriftedField[] {
  if (before?.kind !== "drifted") return [];
  const isStillOurs = ({ field, associated, ours }: DriftedField): boolean =>
    linksIn({ field, associated, ours }).every((lost) =>
      links.some((link) => link.via === lost.via && link.toObject === lost.toObject && link.toId === lost.toId),
    );
  return before.fields.filter((one) => one.associated !== undefined && isStillOurs(one));
}

/** The links that are lost, of a relation that is no field. */
function linksIn({ field, associated, ours }: Pick<DriftedField, "field" | "associated" | "ours">): Link[] {
  if (associated === undefined) return [];
  return idsIn(ours).map((toId) => ({ via: field, toObject: associated, toId }));
}

/**
 * Who was merged into somebody, or converted, took their appointments along: the link leads to the same person still. What is
 * gone itself took its links along, and is told by itself, as long as the ledger knows nothing newer: what was made anew has none of
 * those links.
 */
export async function withoutFollowed(
  connector: Ends,
  { links, leadsTo }: Pick<Recorded, "links" | "leadsTo">,
  fields: readonly DriftedField[],
): Promise<readonly DriftedField[]> {
  const left = await Promise.all(
    fields.map(async (one) => {
      if (one.isLink === undefined) return [one];
      const lost = one.associated === undefined ? links.filter(({ via }) => via === one.field) : linksIn(one);
      const ends = await Promise.all(lost.map(async (link) => ({ link, end: await endOf(connector, link) })));
      const theirs = idsIn(one.theirs);
      const wanted = await leadsTo(one.field);
      const news = wanted.filter((place) => !links.some((link) => link.via === one.field && isTo(link, place)));
      const isLedToNews = news.every(({ id }) => isAmong(theirs, id));
      const isFollowed = ({ link, end }: LinkEnd): boolean => {
        if (end === "there") return false;
        if (end !== "gone") return isLedToNews && isAmong(theirs, end.into);
        return wanted.some((place) => isTo(link, place)) || (isLedToNews && news.length > 0);
      };
      const isReplaced = ends.some((some) => some.end === "gone" && !isFollowed(some)) && { isReplaced: true as const };
      if (one.associated === undefined) return ends.some(isFollowed) ? [] : [{ ...one, ...isReplaced }];
      const followed = ends.filter(isFollowed);
      const ours = ends.filter((end) => !followed.includes(end)).map(({ link }) => link.toId);
      const into = followed.flatMap(({ end }) => (typeof end === "object" ? [end.into] : []));
      const others = theirs.filter((id) => !isAmong(into, id)).slice(0, MOST_OTHERS);
      const sides = { base: ours.join(BETWEEN), ours: ours.join(BETWEEN), theirs: others.join(BETWEEN) || null };
      return ours.length === 0 ? [] : [{ ...one, ...sides, ...isReplaced }];
    }),
  );
  return left.flat();
}

/** Whether what was found to be lost is so still, and there still is what it led to, or was not then. @throws CrmError */
export async function areStillLost(
  connector: Pick<Connector, "associations"> & Ends,
  place: { readonly object: string; readonly id: string },
  lost: readonly Pick<DriftedField, "field" | "associated" | "ours" | "isReplaced">[],
): Promise<boolean> {
  const each = lost.flatMap((one) => linksIn(one).map((link) => ({ link, isReplaced: one.isReplaced === true })));
  const links = each.map(({ link }) => link);
  const ends = await Promise.all(
    each.map(async ({ link, isReplaced }) => ({ isReplaced, end: await endOf(connector, link) })),
  );
  if (ends.some(({ end, isReplaced }) => end !== "there" && !(end === "gone" && isReplaced))) return false;
  const told = await associationsOf(connector, place, kindsOf(links));
  return links.every(({ via, toObject, toId }) => {
    const kind = told.find((one) => one.via === via && one.toObject === toObject);
    return kind !== undefined && !isAmong(kind.toIds, toId);
  });
}

async function associationsOf(
  { associations }: Pick<Connector, "associations">,
  { object, id }: { readonly object: string; readonly id: string },
  kinds: readonly LinkKind[],
) {
  if (kinds.length === 0 || associations === undefined) return [];
  try {
    return await associations(object, id, kinds);
  } catch (error) {
    // What our user may not read, and what was deleted since, says nothing of links.
    if (error instanceof MisconfiguredError || error instanceof NotFoundError) return [];
    throw error;
  }
}

/** What says what became of the record that a link led to. */
type Ends = Pick<Connector, "find" | "became">;

type End = "there" | "gone" | { readonly into: string };

interface LinkEnd {
  readonly link: Link;
  readonly end: End;
}

async function endOf(connector: Ends, { toObject, toId }: Link): Promise<End> {
  try {
    const found = await connector.find({ object: toObject, by: { id: toId }, select: [] });
    if (found.length === 0) return "gone";
    const became = await connector.became?.({ object: toObject, id: toId });
    return became === undefined ? "there" : { into: became.id };
  } catch (error) {
    if (error instanceof MisconfiguredError) return "there";
    if (!(error instanceof NotFoundError)) throw error;
    return error.survivorId === undefined ? "gone" : { into: error.survivorId };
  }
}

function kindsOf(links: readonly LinkKind[]): LinkKind[] {
  return [...new Map(links.map(({ via, toObject }) => [`${via}\n${toObject}`, { via, toObject }])).values()];
}

/** What became of it is the CRM's to say. */
function isWatched({ owner }: RecordedLink): boolean {
  return owner !== "crm";
}

function asksOf(links: readonly RecordedLink[]): DriftedField["asks"] {
  return links.every(({ owner }) => owner === "bookingbug") ? "write_back" : "report";
}

function idsIn(side: FieldValues[string]): string[] {
  return side === null || side === "" ? [] : String(side).split(BETWEEN);
}

function isTo({ toObject, toId }: Link, { object, id }: RecordPlace): boolean {
  return toObject === object && isSameText(toId, id);
}

function isAmong(ids: readonly string[], id: string): boolean {
  return ids.some((one) => isSameText(one, id));
}
