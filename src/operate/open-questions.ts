/** Which open question somebody answers. */
import { holdId as idOf } from "../booking/holds.ts";
import type { Hold } from "../booking/types.ts";
import { latestState } from "../sync/latest-state.ts";
import { NotAskedError } from "./decision-errors.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { heldPurchases, purchaseOfBooking } from "./select.ts";

interface Asked {
  readonly purchaseId: string | undefined;
  readonly holdId: string | undefined;
  readonly bookingId: string;
}

export interface OpenQuestion {
  readonly purchaseId: string;
  readonly holdId: string;
  readonly hold: Hold;
}

/**
 * The hold that asks about a booking, with everything that has arrived taken into account.
 *
 * @throws NotAskedError when none does, or several do; UnknownBookingError, UnknownCrmError
 */
export async function openQuestion(deps: OperateDeps, crm: string, asked: Asked): Promise<OpenQuestion> {
  const { bookingId } = asked;
  const purchaseIds = asked.purchaseId === undefined ? await mayAsk(deps, crm, bookingId) : [asked.purchaseId];
  const open = await Promise.all(purchaseIds.map((purchaseId) => questionsOf(deps, crm, purchaseId, asked)));
  const [question, ...others] = open.flat();
  if (question === undefined) throw new NotAskedError(nothingAsks(asked));
  if (others.length > 0) throw new NotAskedError(severalAsk(bookingId, [question, ...others]));
  return question;
}

async function mayAsk(deps: OperateDeps, crm: string, bookingId: string): Promise<string[]> {
  const held = await heldPurchases(deps.syncLog, crm, bookingId);
  return held.length > 0 ? held : [await purchaseOfBooking(deps, bookingId)];
}

async function questionsOf(
  deps: OperateDeps,
  crm: string,
  purchaseId: string,
  { holdId, bookingId }: Asked,
): Promise<OpenQuestion[]> {
  const state = await latestState({ ...deps, ledger: crmOf(deps, crm).ledger }, purchaseId);
  return (state?.holds ?? [])
    .map((hold) => ({ purchaseId, holdId: idOf(hold), hold }))
    .filter((one) => one.hold.bookingIds.includes(bookingId) && (holdId === undefined || one.holdId === holdId));
}

function nothingAsks({ purchaseId, bookingId }: Asked): string {
  const where = purchaseId === undefined ? "" : ` of purchase ${purchaseId}`;
  return (
    `Nothing is asked about booking ${bookingId}${where}: it was decided or mended meanwhile, or never held. Nothing was ` +
    "changed. What is open is on the dashboard under Held."
  );
}

function severalAsk(bookingId: string, open: readonly OpenQuestion[]): string {
  const named = open.map(({ purchaseId, holdId }) => `--purchase ${purchaseId} --hold ${holdId}`);
  return `More than one question is open about booking ${bookingId}. Say which one is answered: ${named.join("; ")}.`;
}
