/** What is known of a purchase, in a line. */
import type { BookingState, PurchaseState } from "../../booking/types.ts";
import { kindOfAll } from "../../synclog/cause.ts";
import type { PurchaseStatus } from "../../synclog/sync-log.ts";
import { type Html, html } from "./html.ts";
import { crmName, tag } from "./parts.ts";
import { appointment } from "./time.ts";

/** The person's name; undefined when no notification has one. */
export function personOf(state: PurchaseState | undefined): string | undefined {
  const person = state?.client ?? state?.member;
  const words = [person?.first_name, person?.last_name].filter((word) => typeof word === "string");
  if (words.length > 0) return words.join(" ");
  const whole = person?.name ?? state?.purchase.client_name;
  return typeof whole === "string" ? whole : undefined;
}

export function serviceOf({ body }: Pick<BookingState, "body">): string {
  const service = body.service_name ?? body.full_describe;
  return typeof service === "string" ? service : "Booking";
}

/** "Microchipping, Fri 10 Mar 2017, 11:30" */
export function bookingLine(booking: BookingState): Html {
  const cancelled = booking.lifecycle.status === "cancelled" && html` ${tag("plain", "Cancelled")}`;
  return html`<div><bdi>${serviceOf(booking)}</bdi>, ${appointment(booking.start, booking.body.time_zone)}${cancelled}</div>`;
}

export function statusTag(crm: string, status: PurchaseStatus | undefined): Html {
  const name = crmName(crm);
  switch (status?.status) {
    case "failed":
      return kindOfAll(status.failures) === "held" ? tag("warning", `${name}: held`) : tag("bad", `${name}: failed`);
    case "waiting":
      return tag("busy", `${name}: waiting`);
    case "up_to_date":
      return tag("good", `${name}: up to date`);
    case undefined:
      return tag("plain", `${name}: unknown`);
  }
}
