/** What is booked, and what people do with it. */
import { type BookingBugSandboxOptions, CHILD } from "./options.ts";

export interface Client {
  readonly id: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly mobile: string;
}

export interface Staff {
  readonly id: number;
  readonly name: string;
}

export interface Booking {
  readonly id: number;
  readonly purchaseId: number;
  readonly service: string;
  readonly minutes: number;
  readonly createdAt: Date;
  companyId: number;
  start: Date;
  staff: Staff;
  updatedAt: Date;
  isCancelled: boolean;
  onWaitlist: boolean;
  /** What was marked of whether they came, each with its time. */
  marks: Readonly<Record<string, string>>;
}

export interface Purchase {
  readonly id: number;
  readonly client: Client;
  readonly createdAt: Date;
}

/** Somebody books: one purchase, with a booking for each start. */
export interface Order {
  readonly starts: readonly Date[];
  readonly companyId?: number;
  readonly onWaitlist?: boolean;
  readonly service?: string;
  readonly minutes?: number;
  readonly client?: Partial<Client>;
}

export interface Diary {
  readonly bookings: ReadonlyMap<number, Booking>;
  readonly purchases: ReadonlyMap<number, Purchase>;
  book(order: Order): { purchase: Purchase; bookings: readonly Booking[] };
  /** @throws Error when there is no such booking, or it is cancelled */
  move(id: number, start: Date): Booking;
  /** Somebody else of the staff takes it. */
  assign(id: number, staff: Staff): Booking;
  /** Another location of the company has it. */
  relocate(id: number, companyId: number): Booking;
  /** Who was waiting has a place. */
  promote(id: number): Booking;
  /** What became of it, such as `no_show`. */
  mark(id: number, mark: string): Booking;
  cancel(id: number): Booking;
}

const WAQAS: Staff = { id: 30_553, name: "Waqas" };

export function createDiary({ cancelled = "kept", now = () => new Date() }: BookingBugSandboxOptions): Diary {
  const bookings = new Map<number, Booking>();
  const purchases = new Map<number, Purchase>();
  let lastId = 100;

  function active(id: number): Booking {
    const booking = bookings.get(id);
    if (booking === undefined || booking.isCancelled) throw new Error(`There is no active booking ${id}.`);
    return booking;
  }

  return {
    bookings,
    purchases,
    book({ starts, companyId = CHILD, service = "Microchipping", minutes = 30, client = {}, onWaitlist = false }) {
      lastId += 1;
      const createdAt = now();
      const purchase: Purchase = { id: 50_000 + lastId, createdAt, client: clientOf(lastId, client) };
      purchases.set(purchase.id, purchase);
      const made = starts.map((start): Booking => {
        lastId += 1;
        const common = {
          staff: WAQAS,
          companyId,
          service,
          minutes,
          createdAt,
          updatedAt: createdAt,
          isCancelled: false,
          onWaitlist,
          marks: {},
        };
        const booking = { id: lastId, purchaseId: purchase.id, start, ...common };
        bookings.set(booking.id, booking);
        return booking;
      });
      return { purchase, bookings: made };
    },
    move(id, start) {
      return Object.assign(active(id), { start, updatedAt: now() });
    },
    assign(id, staff) {
      return Object.assign(active(id), { staff, updatedAt: now() });
    },
    relocate(id, companyId) {
      return Object.assign(active(id), { companyId, updatedAt: now() });
    },
    promote(id) {
      return Object.assign(active(id), { onWaitlist: false, updatedAt: now() });
    },
    mark(id, mark) {
      const booking = active(id);
      const updatedAt = now();
      return Object.assign(booking, { marks: { ...booking.marks, [mark]: updatedAt.toISOString() }, updatedAt });
    },
    cancel(id) {
      const booking = Object.assign(active(id), { isCancelled: true, updatedAt: now() });
      if (cancelled === "erased") bookings.delete(id);
      return booking;
    },
  };
}

function clientOf(number: number, given: Partial<Client>): Client {
  const id = given.id ?? 900_000 + number;
  return {
    id,
    first_name: "Robin",
    last_name: `Example ${id}`,
    email: `robin-${id}@example.com`,
    mobile: "7700900123",
    ...given,
  };
}
