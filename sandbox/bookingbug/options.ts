/** What can be chosen about the make-believe BookingBug: each thing that no document of BookingBug's settles is a switch. */
import { z } from "zod";

const company = z.int().positive();

/** As they are given on the command line. */
export const bookingbugSwitches = z.strictObject({
  parent: company.exactOptional(),
  children: z.array(company).exactOptional(),
  /** The administrator's companies; with several, a sign-in has to choose. The parent alone when absent. */
  administrated: z.array(company).exactOptional(),
  /** Where an administrator signs in. */
  loginPath: z.enum(["login/admin", "login"]).exactOptional(),
  /** Where an administrator's token is in the answer. */
  tokenIn: z.enum(["body", "header"]).exactOptional(),
  /** Seconds a token is good for; for ever when absent. */
  tokenSeconds: z.number().positive().exactOptional(),
  /** Whether the answer says so. */
  saysExpiry: z.boolean().exactOptional(),
  /** What `modified_since` looks at. */
  modifiedSince: z.enum(["change", "creation"]).exactOptional(),
  /** Minutes that the zone of `modified_since` and of days is ahead of UTC. */
  zoneMinutes: z.int().exactOptional(),
  /** `updated_at`: the newest first, so that pages shift with each change. `any`: another order with each request. */
  order: z.enum(["id", "updated_at", "any"]).exactOptional(),
  /** Whether `total_entries` is said. `page`: it counts the page, and not the list. */
  total: z.union([z.boolean(), z.literal("page")]).exactOptional(),
  /** `no_links`: not even the page's own. */
  next: z.enum(["while_more", "always", "never", "no_links"]).exactOptional(),
  /** What is answered beyond the last page. */
  beyond: z.enum(["empty", "nothing_embedded", "null", "null_bookings", "last_page", "first_page"]).exactOptional(),
  maxPerPage: z.int().positive().exactOptional(),
  /** Whether a cancelled booking is still there. */
  cancelled: z.enum(["kept", "erased"]).exactOptional(),
  /** What a purchase says of a booking of its own that is cancelled. */
  cancelledInPurchase: z.enum(["listed", "marked", "left_out"]).exactOptional(),
  /** Whose path leads to a child's purchases and bookings. */
  path: z.enum(["either", "child", "parent"]).exactOptional(),
  rateLimit: z
    .strictObject({ perSecond: z.number().positive(), retryAfter: z.enum(["seconds", "date", "none"]) })
    .exactOptional(),
});

export interface BookingBugSandboxOptions extends Readonly<z.infer<typeof bookingbugSwitches>> {
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
  /** What becomes of one that is answered `503`; given up when absent. */
  readonly whenBusy?: "given_up" | "posted_again";
}

export const PARENT = 37_000;
export const CHILD = 37_014;
