/** Purchases and bookings as BookingBug writes them: a purchase as its callbacks have it, a booking as its admin API has it. */
import type { Booking, Client, Diary, Purchase } from "./diary.ts";
import { type BookingBugSandboxOptions, PARENT } from "./options.ts";

/** 16 characters of noise, then the id. */
function reference(purchaseId: number): string {
  return `IDXODKIPiQo321uM${Buffer.from(String(purchaseId)).toString("base64url")}`;
}

/** `datetime` has an offset and no fraction of a second. */
function instant(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "+00:00");
}

function stamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

const end = ({ start, minutes }: Booking): Date => new Date(start.getTime() + minutes * 60_000);

function common(booking: Booking) {
  const { id, service, staff, minutes, companyId, purchaseId, start } = booking;
  return {
    id,
    full_describe: `${service} with ${staff.name}`,
    resource_name: "Consultation Room 1",
    person_name: staff.name,
    service_name: service,
    service_id: 104_747,
    datetime: instant(start),
    end_datetime: instant(end(booking)),
    duration: minutes,
    duration_span: minutes * 60,
    listed_duration: minutes,
    on_waitlist: booking.onWaitlist,
    company_id: companyId,
    attended: true,
    price: 1_500,
    paid: 1_500,
    quantity: 1,
    purchase_id: purchaseId,
    purchase_ref: reference(purchaseId),
  };
}

/** "Get Purchase Total": no event name, no version, and of a booking no mark that it is cancelled. */
export function purchaseBody(purchase: Purchase, diary: Diary, options: BookingBugSandboxOptions): unknown {
  const { cancelledInPurchase = "listed", parent = PARENT } = options;
  const { id, client, createdAt } = purchase;
  const own = [...diary.bookings.values()].filter(({ purchaseId }) => purchaseId === id);
  const listed = own.filter(({ isCancelled }) => !isCancelled || cancelledInPurchase !== "left_out");
  return {
    total_price: 1_500 * listed.length,
    price: 1_500 * listed.length,
    paid: 1_500 * listed.length,
    due_now: 0,
    long_id: reference(id),
    id,
    client_name: `${client.first_name} ${client.last_name}`,
    created_at: stamp(createdAt),
    payment_type: "online",
    _embedded: {
      client: { ...personBody(client), client_type: "Member", reference: "" },
      member: { ...personBody(client), name: `${client.first_name} ${client.last_name}`, company_id: parent },
      bookings: listed.map((booking) => ({
        ...common(booking),
        describe: stamp(booking.start),
        due_now: 0,
        settings: {},
        time_zone: "Europe/London",
        address: {
          id: 52_355,
          name: "London Office",
          address1: "111 Neville Road",
          postcode: "E11 11",
          country: "United Kingdom",
        },
        booking_type: "Booking",
        slot_id: 17_000_000 + booking.id,
        ...(booking.isCancelled && cancelledInPurchase === "marked" && { is_cancelled: true }),
        first_name: client.first_name,
        last_name: client.last_name,
        email: client.email,
        _embedded: { answers: [], survey_answers: [] },
        _links: {
          person: { href: `/api/v1/${booking.companyId}/people/${booking.staff.id}` },
          resource: { href: `/api/v1/${booking.companyId}/resources/43049` },
          service: { href: `/api/v1/${booking.companyId}/services/104747` },
        },
      })),
      packages: [],
      products: [],
      pre_paid_bookings: [],
      deals: [],
      course_bookings: [],
      external_purchases: [],
      confirm_messages: [],
    },
    _links: { self: { href: `/api/v1/purchases/${reference(id)}` } },
  };
}

/** "Admin Bookings": it has what the purchase lacks, and lacks `time_zone`, `address` and `booking_type`. */
export function bookingBody(booking: Booking, diary: Diary): unknown {
  const client = diary.purchases.get(booking.purchaseId)?.client;
  const updated = stamp(booking.updatedAt);
  const shown = common(booking);
  return {
    ...shown,
    full_describe: `${shown.full_describe}${booking.isCancelled ? " (CANCELLED)" : ""}`,
    ...(client && {
      member_id: client.id,
      client_id: client.id,
      client_name: `${client.first_name} ${client.last_name}`,
      client_email: client.email,
      client_mobile: `+44 (0)${client.mobile}`,
      _embedded: { client: personBody(client), answers: [] },
    }),
    resource_id: 43_049,
    person_id: booking.staff.id,
    booking_updated: updated,
    updated_at: updated,
    created_at: stamp(booking.createdAt),
    is_cancelled: booking.isCancelled,
    multi_status: booking.marks,
    notes: { public: [], private: [] },
    channel: "Client",
    // Also of a cancelled one.
    status: 4,
    _links: { self: { href: `/api/v1/admin/${booking.companyId}/bookings/${booking.id}` } },
  };
}

function personBody({ id, first_name, last_name, email, mobile }: Client) {
  return {
    id,
    first_name,
    last_name,
    email,
    mobile,
    mobile_prefix: "44",
    phone_prefix: "44",
    country: "United Kingdom",
    answers: [],
    deleted: false,
  };
}
