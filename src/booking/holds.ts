/** The questions that notifications leave for a person: which are open, and which of them news answers. */
import { createHash } from "node:crypto";
import type { BookingChange, FoldArrival } from "./fold-types.ts";
import type { ChangeKind, Hold } from "./types.ts";

/** Names a question: it stays the same while bookings of it are decided, and is never given to another one. */
export function holdId({ reason, seq }: Pick<Hold, "reason" | "seq">): string {
  return `${reason}:${seq}`;
}

/** The same for the same body on the same route. */
export function digestOf({ route, notification }: Pick<FoldArrival, "route" | "notification">): string {
  return createHash("sha256")
    .update(JSON.stringify([route, notification]))
    .digest("base64url")
    .slice(0, 22);
}

/** The hold for some of its bookings alone; none when none is left. */
export function narrowed(hold: Hold, keep: (bookingId: string) => boolean): Hold[] {
  const bookingIds = hold.bookingIds.filter(keep);
  if (bookingIds.length === 0) return [];
  const { unknown, ...rest } = hold;
  const facts = Object.entries(unknown ?? {}).filter(([id]) => keep(id));
  return [{ ...rest, bookingIds, ...(facts.length > 0 && { unknown: Object.fromEntries(facts) }) }];
}

/**
 * Which holds are open after a notification, what it asks itself included.
 *
 * @param order the notification's place
 * @param answers of what was read back: the bookings of which BookingBug said whether they are cancelled
 */
export function settleHolds(
  holds: readonly Hold[],
  changes: readonly BookingChange[],
  fresh: Hold | undefined,
  order: number,
  answers?: ReadonlySet<string>,
): readonly Hold[] {
  const [earlier, later] = parted(holds, order);
  const cancelled = new Set(changes.filter(({ kind }) => kind === "cancelled").map(({ bookingId }) => bookingId));
  // What was said before a question, and is read after it, answers it only where it is final.
  const open = [
    ...(answers === undefined ? unanswered(earlier, changes) : withoutSaid(earlier, changes, answers)),
    ...later.flatMap((hold) => narrowed(hold, (id) => !cancelled.has(id))),
  ];
  if (fresh === undefined) return open;
  return fresh.reason === "cancellation_ambiguous" ? withCancellation(open, fresh) : withAsked(open, fresh);
}

/** BookingBug was asked: whatever the question, it is answered of each booking of which it said something. */
function withoutSaid(holds: readonly Hold[], changes: readonly BookingChange[], answers: ReadonlySet<string>): Hold[] {
  const said = changes.filter(({ bookingId }) => answers.has(bookingId));
  return unanswered(holds, said).flatMap((hold) => narrowed(hold, (id) => !answers.has(id)));
}

/**
 * An absent booking's is over once a notification says anything of it. Of an ambiguous cancellation only a cancellation is
 * the answer, of one such question: the same bookings listed again prove nothing, a move proves that this one is active.
 */
function unanswered(holds: readonly Hold[], changes: readonly BookingChange[]): Hold[] {
  const idsOf = (...kinds: BookingChange["kind"][]): Set<string> =>
    new Set(changes.filter(({ kind }) => kinds.includes(kind)).map((change) => change.bookingId));
  const cancelled = idsOf("cancelled");
  const moved = idsOf("rescheduled");
  const heard = idsOf("created", "updated", "rescheduled", "repeated", "cancelled");
  const answered = new Set<Hold>();
  for (const id of cancelled) {
    const asks = ({ reason, bookingIds }: Hold) => reason === "cancellation_ambiguous" && bookingIds.includes(id);
    const oldest = holds.find((hold) => !answered.has(hold) && asks(hold));
    if (oldest !== undefined) answered.add(oldest);
  }
  return holds
    .filter((hold) => !answered.has(hold))
    .flatMap((hold) =>
      narrowed(hold, (id) =>
        hold.reason === "absent_from_notification" ? !heard.has(id) : !cancelled.has(id) && !moved.has(id),
      ),
    );
}

/** As `unanswered`, of what another purchase said of one booking; an ambiguous cancellation that came later is another. */
export function withoutAnswered(
  holds: readonly Hold[],
  bookingId: string,
  kind: ChangeKind,
  order: number,
): readonly Hold[] {
  const [earlier, later] = parted(holds, order);
  const isOver = ({ reason }: Hold): boolean => kind === "cancelled" || reason === "absent_from_notification";
  return [
    ...unanswered(earlier, [{ bookingId, kind }]),
    ...later.flatMap((hold) => narrowed(hold, (id) => id !== bookingId || !isOver(hold))),
  ];
}

/** What was asked before something was said, and what was asked since. */
function parted(holds: readonly Hold[], order: number): [earlier: Hold[], later: Hold[]] {
  const isEarlier = (hold: Hold): boolean => (hold.order ?? hold.seq) < order;
  return [holds.filter(isEarlier), holds.filter((hold) => !isEarlier(hold))];
}

/** Beside those before it: each cancellation means a booking of its own. There are not more of them than bookings. */
function withCancellation(open: readonly Hold[], fresh: Hold): readonly Hold[] {
  if (open.some(({ digest }) => digest === fresh.digest)) return open;
  const others = open.filter(({ reason }) => reason === "cancellation_ambiguous");
  const surplus = new Set(others.slice(0, Math.max(0, others.length + 1 - fresh.bookingIds.length)));
  return [...open.filter((hold) => !surplus.has(hold)), fresh];
}

/** What is asked about already keeps its question. */
function withAsked(open: readonly Hold[], fresh: Hold): readonly Hold[] {
  const asked = new Set(open.filter(({ reason }) => reason === fresh.reason).flatMap(({ bookingIds }) => bookingIds));
  return [...open, ...narrowed(fresh, (id) => !asked.has(id))];
}
