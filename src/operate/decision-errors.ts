/** Why a decision is not taken: it is about something that is not open, or not any more. */

export class NotAskedError extends Error {
  readonly kind = "not_asked";
  override readonly name = "NotAskedError";
}

export class NothingToTakeBackError extends Error {
  readonly kind = "nothing_to_take_back";
  override readonly name = "NothingToTakeBackError";

  constructor(purchaseId: string, bookingId: string) {
    super(
      `No decision about booking ${bookingId} of purchase ${purchaseId} can be taken back: there is none, or BookingBug ` +
        "has reported on the purchase since. Look at the purchase's page.",
    );
  }
}
