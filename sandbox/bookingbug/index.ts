/** A make-believe BookingBug: people book, move and cancel in it, its callbacks are posted or not, and its API can be asked. */
import { count, createStats, type SandboxAnswer, type SandboxFace, type SandboxRequest } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import { bookingBody, purchaseBody } from "./bodies.ts";
import { type Change, createPoster } from "./callbacks.ts";
import { type Booking, createDiary, type Order, type Staff } from "./diary.ts";
import { listBookings } from "./list.ts";
import { type BookingBugSandboxOptions, PARENT } from "./options.ts";
import { createSignIns } from "./sign-in.ts";

export interface BookingBugSandbox extends SandboxFace {
  readonly name: "bookingbug";
  /** Whether changes are posted; they are, to begin with, where there is somewhere to. */
  callbacks: "on" | "off";
  /** Somebody books. @returns the ids that this was given */
  book(order: Order): { readonly purchaseId: number; readonly bookingIds: readonly number[] };
  move(bookingId: number, start: Date): void;
  assign(bookingId: number, staff: Staff): void;
  relocate(bookingId: number, companyId: number): void;
  promote(bookingId: number): void;
  mark(bookingId: number, mark: string): void;
  cancel(bookingId: number): void;
  /** Posts the purchase once more, as it is. */
  repeat(purchaseId: number): void;
  /** What is posted of the purchase, as it is now. */
  body(purchaseId: number): unknown;
  /** What is booked, as it is now. */
  bookings(): readonly Readonly<Booking>[];
  /** Waits until everything that was posted is answered. */
  settled(): Promise<void>;
  /** Ends every session. */
  expireTokens(): void;
}

export function createBookingBugSandbox(options: BookingBugSandboxOptions): BookingBugSandbox {
  const { parent = PARENT, path = "either", rateLimit } = options;
  const stats = createStats();
  const poster = createPoster(options.callbacks);
  let diary = createDiary(options);
  let signIns = createSignIns(options);
  let recent: number[] = [];
  let lists = 0;

  function isTooFast(): boolean {
    if (rateLimit === undefined) return false;
    recent = [...recent.filter((time) => time > Date.now() - 1_000), Date.now()];
    return recent.length > rateLimit.perSecond;
  }

  function slowDown(): SandboxAnswer {
    stats.rateLimited += 1;
    const headers = {
      seconds: { "Retry-After": "1" },
      date: { "Retry-After": new Date(Date.now() + 2_000).toUTCString() },
      none: {},
    }[rateLimit?.retryAfter ?? "none"];
    return { status: 429, body: { error: "Too many requests" }, headers };
  }

  function api(request: SandboxRequest): SandboxAnswer {
    const [, companyId, what, id] =
      /^\/api\/v[15]\/admin\/(\d+)\/(bookings|purchases)(?:\/(\d+))?$/.exec(request.path) ?? [];
    if (what === undefined || request.method !== "GET") return notFound();
    const allowed = signIns.companies(request);
    if (allowed === undefined) return { status: 401, body: { error: "Not authenticated" } };
    const company = Number(companyId);
    if (allowed !== "all" && !allowed.includes(company)) return { status: 403, body: { error: "Not permitted" } };
    if (request.headers.accept !== "application/json") stats.violations.push("asked without Accept: application/json");
    count(stats, id === undefined ? "list" : what);
    if (id !== undefined) return single(what, company, Number(id));
    lists += 1;
    return what === "bookings"
      ? listBookings({ diary, options, company, query: request.query, turn: lists })
      : notFound();
  }

  function single(what: string, company: number, id: number): SandboxAnswer {
    const booking =
      what === "bookings" ? diary.bookings.get(id) : [...diary.bookings.values()].find((one) => one.purchaseId === id);
    const own = booking?.companyId;
    const isHere = company === own ? path !== "parent" : company === parent && path !== "child";
    const purchase = diary.purchases.get(id);
    // Of a purchase whose bookings are erased nobody knows whose it was.
    if (what === "purchases" && purchase !== undefined && (own === undefined || isHere)) {
      return { status: 200, body: purchaseBody(purchase, diary, options) };
    }
    if (what !== "bookings" || booking === undefined || !isHere) return notFound();
    return { status: 200, body: bookingBody(booking, diary) };
  }

  const face: BookingBugSandbox = {
    name: "bookingbug",
    stats,
    callbacks: "on",
    owns: (target) => target === "/oauth/token" || /^\/api\/v\d+\//.test(target),
    handle(request, fault: FaultAction | undefined) {
      if (fault?.type === "expire_token") signIns.expire();
      if (isTooFast()) return slowDown();
      if (request.method === "DELETE") stats.violations.push(`${request.method} ${request.path}`);
      if (!signIns.owns(request.path)) return api(request);
      count(stats, "sign_in");
      return request.method === "POST" ? signIns.handle(request) : notFound();
    },
    book(order) {
      const { purchase, bookings } = diary.book(order);
      post("bookings", purchase.id);
      return { purchaseId: purchase.id, bookingIds: bookings.map(({ id }) => id) };
    },
    move: (id, start) => post("updates", diary.move(id, start).purchaseId),
    assign: (id, staff) => post("updates", diary.assign(id, staff).purchaseId),
    relocate: (id, companyId) => post("updates", diary.relocate(id, companyId).purchaseId),
    promote: (id) => post("updates", diary.promote(id).purchaseId),
    mark: (id, mark) => post("updates", diary.mark(id, mark).purchaseId),
    cancel: (id) => post("cancellations", diary.cancel(id).purchaseId),
    repeat: (purchaseId) => post("bookings", purchaseId),
    body: (purchaseId) => {
      const purchase = diary.purchases.get(purchaseId);
      return purchase && purchaseBody(purchase, diary, options);
    },
    bookings: () => [...diary.bookings.values()],
    settled: () => poster.settled(),
    expireTokens: () => signIns.expire(),
    reset() {
      diary = createDiary(options);
      signIns = createSignIns(options);
      recent = [];
      face.callbacks = "on";
      stats.rateLimited = 0;
      stats.violations.length = 0;
      for (const name of Object.keys(stats.calls)) delete stats.calls[name];
    },
  };

  function post(change: Change, purchaseId: number): void {
    const purchase = diary.purchases.get(purchaseId);
    if (face.callbacks === "on" && purchase !== undefined) poster.post(change, purchaseBody(purchase, diary, options));
  }

  return face;
}

function notFound(): SandboxAnswer {
  return { status: 404, body: { error: "Not found" } };
}
