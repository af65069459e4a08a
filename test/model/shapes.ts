/** A booking of a purchase's total in the words of the admin API and of JRNI: test/samples and the facts have both. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import type { Json } from "../support/payloads.ts";
import type { Statement } from "./people.ts";

const STAFF = 30553;
const ROOM = 43049;

/** @param by who books, a child's parent perhaps */
export function adminBody(booking: Json, of: Statement, by: Statement, at: string): Json {
  const { time_zone, address, booking_type, describe, due_now, first_name, last_name, email, _links, ...rest } =
    booking;
  return {
    ...rest,
    ...{ person_id: STAFF, resource_id: ROOM, channel: "Client", status: 4, multi_status: {} },
    ...(of.clientId !== undefined && { client_id: of.clientId }),
    ...(by.clientId !== undefined && { member_id: by.clientId }),
    client_name: `${first_name} ${of.surname}`,
    client_email: of.email ?? "",
    ...{ updated_at: at, booking_updated: at },
  };
}

export function jrniBody(booking: Json, of: Statement, route: CallbackRoute, at: string): Json {
  const isCancelled = route === "cancellations";
  return {
    triggerName: isCancelled ? "cancel" : "update",
    triggerTime: at,
    appointment: {
      bookingId: booking.id,
      longId: booking.purchase_ref,
      companyStartTime: booking.datetime,
      companyEndTime: booking.end_datetime,
    },
    service: { name: booking.service_name, jrniId: booking.service_id },
    staff: { name: booking.person_name.trim(), jrniId: STAFF },
    resource: { name: booking.resource_name, jrniId: ROOM },
    customer: { jrniId: of.clientId, firstName: booking.first_name, lastName: of.surname, email: of.email },
  };
}
