/** What the fold works with, and what it tells. */
import type { ArrivalRoute, ChangeKind, PurchaseNotification } from "./types.ts";

export interface FoldPolicy {
  /** Which bookings an unflagged cancellation of several means: those listed, those missing, or a person decides. */
  readonly unflaggedCancellation: "hold" | "listed" | "missing";
  /** What a future booking's absence from a purchase means. */
  readonly absent: "hold" | "cancel";
}

export interface FoldArrival {
  readonly seq: number;
  /** How new what it says is; see `StoredArrival`. */
  readonly order: number;
  /** ISO UTC. */
  readonly receivedAt: string;
  readonly route: ArrivalRoute;
  readonly notification: PurchaseNotification;
}

export interface BookingChange {
  readonly bookingId: string;
  /**
   * `repeated`: nothing new. `confirmed`: BookingBug was asked whether it is cancelled, and it is not. `stale`: older than
   * what is known, or active after a cancellation; not applied.
   */
  readonly kind: ChangeKind | "repeated" | "confirmed" | "stale" | "held";
}
