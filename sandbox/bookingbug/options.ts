/** What can be chosen about the make-believe BookingBug: each thing that no document of BookingBug's settles is a switch. */

export interface BookingBugSandboxOptions {
  readonly parent?: number;
  readonly children?: readonly number[];
  /** The administrator's companies; with several, a sign-in has to choose. The parent alone when absent. */
  readonly administrated?: readonly number[];
  /** Where an administrator signs in. */
  readonly loginPath?: "login/admin" | "login";
  /** Where an administrator's token is in the answer. */
  readonly tokenIn?: "body" | "header";
  /** Seconds a token is good for; for ever when absent. */
  readonly tokenSeconds?: number;
  /** Whether the answer says so. */
  readonly saysExpiry?: boolean;
  /** What `modified_since` looks at. */
  readonly modifiedSince?: "change" | "creation";
  /** Minutes that the zone of `modified_since` and of days is ahead of UTC. */
  readonly zoneMinutes?: number;
  /** `updated_at`: the newest first, so that pages shift with each change. `any`: another order with each request. */
  readonly order?: "id" | "updated_at" | "any";
  /** Whether `total_entries` is said. */
  readonly total?: boolean;
  readonly next?: "while_more" | "always" | "never";
  /** What is answered beyond the last page. */
  readonly beyond?: "empty" | "nothing_embedded" | "last_page";
  readonly maxPerPage?: number;
  /** Whether a cancelled booking is still there. */
  readonly cancelled?: "kept" | "erased";
  /** What a purchase says of a booking of its own that is cancelled. */
  readonly cancelledInPurchase?: "listed" | "marked" | "left_out";
  /** Whose path leads to a child's purchases and bookings. */
  readonly path?: "either" | "child" | "parent";
  readonly rateLimit?: { readonly perSecond: number; readonly retryAfter: "seconds" | "date" | "none" };
  readonly callbacks?: Callbacks;
  /** The time at which things are done. */
  readonly now?: () => Date;
}

/** Where changes are posted to; with one URL alone, all of them are. */
export interface Callbacks {
  readonly bookings: string;
  readonly updates?: string;
  readonly cancellations?: string;
  /** For Basic auth. */
  readonly username: string;
  readonly password: string;
}

export const PARENT = 37_000;
export const CHILD = 37_014;
