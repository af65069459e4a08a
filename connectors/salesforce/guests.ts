/**
 * "EventRelation": the guests of an event are records of their own, which have no external id. What is left unsaid makes them
 * invitees, with Shared Activities and without; the fields that say it are there only with them.
 */
import type { Connector, CrmRecord, FindQuery, Link, RecordWrite, SavedRecord } from "../connector.ts";

const GUEST = "EventRelation";

/** Links of an object that hold many records, and are no fields. */
export function manyLinksOf(object: string): readonly string[] {
  return object.toLowerCase() === "event" ? [GUEST] : [];
}

interface GuestDeps {
  readonly save: (write: RecordWrite) => Promise<SavedRecord>;
  readonly find: (query: FindQuery) => Promise<readonly CrmRecord[]>;
  readonly remove: (object: string, id: string) => Promise<void>;
}

/** Saves the event, and then has those at it who are to be; a write that failed in between can be made again. */
export function withGuests(deps: GuestDeps): GuestDeps["save"] {
  return async (write) => {
    const { links, unlink = [] } = write;
    const invited = links.filter(isGuest);
    const leaving = unlink.filter((link) => isGuest(link) && !invited.some((one) => isSame(one.toId, link.toId)));
    const lookups = links.filter(isLookup);
    if (invited.length === 0 && leaving.length === 0) return await deps.save(write);
    const saved = await deps.save({ ...write, links: lookups, unlink: unlink.filter(isLookup) });
    const there = saved.created ? [] : await guestsOf(deps, saved.id);
    await invite(
      deps,
      saved.id,
      invited.filter(({ toId }) => !isAt(toId, there, lookups)),
    );
    await uninvite(
      deps,
      saved.id,
      there.filter(({ personId }) => leaving.some(({ toId }) => isSame(toId, personId))),
    );
    return saved;
  };
}

/** Who is at an event, as a guest or since it is with them; other links are fields. */
export function createAssociations({ find }: Pick<GuestDeps, "find">): NonNullable<Connector["associations"]> {
  return async (object, id, kinds) => {
    const some = kinds.filter(isGuest);
    if (some.length === 0 || manyLinksOf(object).length === 0) return [];
    const [guests, [event]] = await Promise.all([
      guestsOf({ find }, id),
      find({ object: "Event", by: { id }, select: ["WhoId"] }),
    ]);
    const who = event?.values.WhoId;
    const toIds = [...guests.map(({ personId }) => personId), ...(who ? [String(who)] : [])];
    return some.map((kind) => ({ ...kind, toIds }));
  };
}

interface Guest {
  readonly id: string;
  readonly personId: string;
}

async function guestsOf({ find }: Pick<GuestDeps, "find">, eventId: string): Promise<Guest[]> {
  const records = await find({ object: GUEST, by: { field: "EventId", value: eventId }, select: ["RelationId"] });
  return records.map(({ id, values }) => ({ id, personId: String(values.RelationId) }));
}

/** Who the event is with has a relation of theirs where the org has such. */
function isAt(personId: string, there: readonly Guest[], lookups: readonly Link[]): boolean {
  const isWith = lookups.some(({ via, toId }) => via === "WhoId" && isSame(toId, personId));
  return isWith || there.some((guest) => isSame(guest.personId, personId));
}

async function invite({ save }: GuestDeps, eventId: string, guests: readonly Link[]): Promise<void> {
  await Promise.all(
    guests.map(({ toId }) =>
      save({
        object: GUEST,
        target: { by: "match", field: "RelationId", value: toId },
        values: { EventId: eventId },
        links: [],
      }),
    ),
  );
}

/** With the relation of who the event is with its WhoId would go. */
async function uninvite({ find, remove }: GuestDeps, eventId: string, guests: readonly Guest[]): Promise<void> {
  if (guests.length === 0) return;
  const [event] = await find({ object: "Event", by: { id: eventId }, select: ["WhoId"] });
  const leaving = guests.filter(({ personId }) => !isSame(personId, String(event?.values.WhoId ?? "")));
  await Promise.all(leaving.map(({ id }) => remove(GUEST, id)));
}

function isGuest({ via }: Pick<Link, "via">): boolean {
  return via === GUEST;
}

function isLookup(link: Link): boolean {
  return !isGuest(link);
}

/** "ID field type": the last 3 of 18 characters only say which of the others are capitals. */
function isSame(one: string, other: string): boolean {
  return one.slice(0, 15) === other.slice(0, 15);
}
