/** One question to BookingBug: what a notification left open of a purchase is read there, at once, and once for many. */

import { bookingOfOwn, ownPurchaseId } from "../booking/recognise.ts";
import type { BookingState, PurchaseState } from "../booking/types.ts";
import type { BookingBug, Place } from "../bookingbug/api.ts";
import { BookingBugForbiddenError, BookingBugNotFoundError } from "../bookingbug/errors.ts";
import { readRow } from "../bookingbug/rows.ts";
import type { Question } from "../inbox/ask-queue.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Taken } from "../receiver/read-back.ts";
import type { AskedStore } from "./asked-store.ts";
import { type CompareDeps, newestKnown } from "./compare.ts";
import { type RepairDeps, repair } from "./repair.ts";
import type { Wanted } from "./statement.ts";

export interface AskDeps extends CompareDeps, Pick<RepairDeps, "take"> {
  readonly bookingbug: Pick<BookingBug, "readPurchase" | "readBooking">;
  readonly inbox: Inbox;
  /** Those that are configured. */
  readonly companies: readonly string[];
  readonly asked: AskedStore;
}

/**
 * `answered`: by a reading that began after what is asked about had come. `nothing_open`: all of it is cancelled, or somebody
 * decided. `unknown_purchase`: it is nowhere that BookingBug lets us look. `later`: it was read a moment ago.
 */
export type Answer =
  | { readonly kind: "read"; readonly purchaseId: string; readonly outcome: Taken; readonly unsaid: number }
  | { readonly kind: "later"; readonly at: number }
  | { readonly kind: "answered" | "nothing_open" | "unknown_purchase" };

/** Between two readings of one purchase, however many notifications of it come. */
const SPACING_MS = 2_000;

/** @throws BookingBugError when BookingBug cannot be asked at the moment */
export async function ask(deps: AskDeps, asked: Question): Promise<Answer> {
  const heard = await heardAs(deps, asked);
  const last = await deps.asked.load(heard);
  if (asked.about === "purchase" && asked.number <= last.number) return { kind: "answered" };
  const now = Date.now();
  if (now < last.at + SPACING_MS) return { kind: "later", at: last.at + SPACING_MS };
  const state = await newestKnown(deps, heard);
  const wanted = wantedOf(state, asked);
  if (wanted.differing.size === 0) return { kind: "nothing_open" };

  const { inbox } = deps;
  const number = await inbox.newestNumber(heard);
  await deps.asked.save(heard, { ...last, at: now });
  const bookingbug = anywhere(deps.bookingbug, deps.companies);
  const place = { company: deps.companies[0] ?? "", child: firstCompany(state) };
  const purchaseId = await purchaseOf(bookingbug, place, heard);
  if (purchaseId === undefined) return { kind: "unknown_purchase" };
  // Of one that was heard of under another name the purchase's own number says nothing.
  const take: AskDeps["take"] = async (read) =>
    purchaseId === heard || (await inbox.newestNumber(heard)) === number ? await deps.take(read) : "overtaken";
  const once = { readings: 1, unreadable: "thrown" } as const;
  const { outcome, unsaid } = await repair({ inbox, bookingbug, take }, place, purchaseId, wanted, once);
  if (outcome !== "overtaken") await deps.asked.save(heard, { number, at: now });
  // Its bookings are heard of under the purchase from now on.
  if (purchaseId !== heard) await deps.asked.save(purchaseId, { ...(await deps.asked.load(purchaseId)), at: now });
  return { kind: "read", purchaseId, outcome, unsaid: unsaid.size };
}

/** Each booking that is not cancelled yet: of any of them a body without a mark may be the cancellation. */
function wantedOf(state: PurchaseState | undefined, asked: Question): Wanted {
  const known = Object.values(state?.bookings ?? {});
  const isFinal = (id: string): boolean => {
    const lifecycle = state?.bookings[id]?.lifecycle;
    return lifecycle?.status === "cancelled" && lifecycle.byAbsence !== true;
  };
  const open = [
    ...known.map(({ id }) => id),
    ...(state?.holds ?? []).flatMap(({ bookingIds }) => bookingIds),
    ...(asked.about === "booking" ? [asked.bookingId] : []),
  ].filter((id) => !isFinal(id));
  return {
    differing: new Map(open.map((id) => [id, { isCancelled: undefined, company: companyOf(state?.bookings[id]) }])),
    settled: new Set(known.map(({ id }) => id).filter(isFinal)),
  };
}

/** The first location that a booking of the purchase names. */
function firstCompany(state: PurchaseState | undefined): string | undefined {
  return Object.values(state?.bookings ?? {})
    .map(companyOf)
    .find((company) => company !== undefined);
}

function companyOf(booking: BookingState | undefined): string | undefined {
  const company = booking?.body.company_id;
  return typeof company === "number" || typeof company === "string" ? String(company) : undefined;
}

/** Where the inbox has it. */
async function heardAs({ inbox }: AskDeps, asked: Question): Promise<string> {
  if (asked.about === "purchase") return asked.purchaseId;
  return (await inbox.purchaseOfBooking(asked.bookingId)) ?? ownPurchaseId(asked.bookingId);
}

/** A booking that came alone, or was only named, may have named none: BookingBug's own booking does. */
async function purchaseOf(bookingbug: Reading, place: Place, heard: string): Promise<string | undefined> {
  const bookingId = bookingOfOwn(heard);
  if (bookingId === undefined) return /^\d+$/.test(heard) ? heard : undefined;
  try {
    const row = readRow((await bookingbug.readBooking(place, bookingId)).value);
    return row?.id === bookingId ? row.purchase_id : undefined;
  } catch (error) {
    if (isElsewhere(error)) return undefined;
    throw error;
  }
}

type Reading = Pick<BookingBug, "readPurchase" | "readBooking">;

/** At the location first; whose child that is, where several companies are configured, is found by asking each. */
function anywhere(bookingbug: Reading, companies: readonly string[]): Reading {
  const look =
    (what: keyof Reading) =>
    async ({ child }: Place, id: string) => {
      const order = companies.toSorted((a, b) => Number(b === child) - Number(a === child));
      for (const [index, company] of order.entries()) {
        try {
          return await bookingbug[what]({ company, ...(index === 0 && { child }) }, id);
        } catch (error) {
          if (!isElsewhere(error) || index === order.length - 1) throw error;
        }
      }
      throw new BookingBugNotFoundError("No company is configured to look in.");
    };
  return { readPurchase: look("readPurchase"), readBooking: look("readBooking") };
}

function isElsewhere(error: unknown): boolean {
  return error instanceof BookingBugNotFoundError || error instanceof BookingBugForbiddenError;
}
