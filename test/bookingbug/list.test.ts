/** The list of bookings, walked to its end through everything that no document of BookingBug's settles. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { walk } from "../../src/bookingbug/list.ts";
import { child, clientOf, company, errorOf, pagesOf } from "./peer.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const start = async (bookingbug: BookingBugSandboxOptions = {}): Promise<void> => {
  sandbox = await startSandbox({ bookingbug });
};
const DAY = new Date("2026-12-01T10:00:00Z");
const at = (days: number): Date => new Date(DAY.getTime() + days * 86_400_000);

/** Bookings one a day from `DAY` on, every tenth of them cancelled. */
function fill(count: number): string[] {
  const ids = Array.from(
    { length: count },
    (_, index) => sandbox.bookingbug.book({ starts: [at(index)] }).bookingIds[0] ?? 0,
  );
  for (const id of ids.filter((_, index) => index % 10 === 3)) sandbox.bookingbug.cancel(id);
  return ids.map(String);
}

const idsIn = (pages: Awaited<ReturnType<typeof pagesOf>>): string[] =>
  pages.flatMap(({ rows }) => rows.map(({ id }) => id));

const SWITCHES: readonly (readonly [string, BookingBugSandboxOptions])[] = [
  ["as documented", {}],
  ["a link to a next page on every page", { next: "always" }],
  ["no link to a next page", { next: "never" }],
  ["no count", { total: false }],
  ["neither count nor link", { total: false, next: "never" }],
  ["a link on every page and no count", { total: false, next: "always" }],
  ["at most 30 a page", { maxPerPage: 30 }],
  ["at most 30 a page, neither count nor link", { maxPerPage: 30, total: false, next: "never" }],
  ["the last page again beyond it", { total: false, next: "always", beyond: "last_page" }],
  ["nothing embedded beyond the last page", { total: false, next: "always", beyond: "nothing_embedded" }],
  ["the first page again beyond the last", { total: false, next: "always", beyond: "first_page" }],
  ["the first page again beyond the last, and a count", { next: "always", beyond: "first_page" }],
  ["null for what is embedded beyond the last page", { total: false, next: "always", beyond: "null" }],
  ["null for the bookings beyond the last page", { total: false, next: "never", beyond: "null_bookings" }],
  ["the last change first", { order: "updated_at" }],
];

describe("a walk over the list [Q1]", () => {
  it.each(SWITCHES)("has every booking once, cancelled and children's included: %s", async (_, options) => {
    await start(options);
    const booked = fill(230);
    const pages = await pagesOf(clientOf(sandbox));
    expect(idsIn(pages).toSorted()).toEqual(booked.toSorted());
    expect(pages.map(({ isLast }) => isLast)).toEqual(pages.map((_page, index) => index === pages.length - 1));
    const cancelled = pages.flatMap(({ rows }) => rows.filter((row) => row.is_cancelled));
    expect(cancelled).toHaveLength(23);
    expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([options.total === false ? undefined : 230]));
    const { violations, calls } = sandbox.bookingbug.stats;
    expect(violations).toEqual([]);
    expect(calls.list).toBeLessThanOrEqual(options.maxPerPage === undefined ? 4 : 9);
  });

  it("has every booking also where a count is the page's own, and no link says whether that was all", async () => {
    await start({ total: "page", next: "no_links", maxPerPage: 30 });
    const booked = fill(100);
    const pages = await pagesOf(clientOf(sandbox));
    expect(idsIn(pages).toSorted()).toEqual(booked.toSorted());
    expect(pages.at(-1)?.isLast).toBe(true);
  });

  it.each([0, 1, 99, 100, 101, 200])(
    "ends by itself with %i bookings",
    async (count) => {
      for (const [, options] of SWITCHES) {
        await start(options);
        const booked = fill(count);
        const pages = await pagesOf(clientOf(sandbox));
        expect(idsIn(pages).toSorted()).toEqual(booked.toSorted());
        expect(pages.at(-1)?.isLast).toBe(true);
        await sandbox.close();
      }
    },
    60_000,
  );

  it("costs a call for each hundred where BookingBug counts", async () => {
    await start();
    fill(300);
    await pagesOf(clientOf(sandbox));
    expect(sandbox.bookingbug.stats.calls.list).toBe(3);
  });

  it("goes on at the page where another one broke off", async () => {
    await start();
    const booked = fill(230);
    const pages = await pagesOf(clientOf(sandbox), { page: 3 });
    expect(idsIn(pages)).toEqual(booked.slice(200));
    expect(pages[0]?.page).toBe(3);
    expect(pages.at(-1)?.isLast).toBe(true);
  });

  it("asks on past a missing link while the count says that there is more", async () => {
    await start({ next: "never" });
    fill(150);
    const pages = await pagesOf(clientOf(sandbox));
    expect(idsIn(pages)).toHaveLength(150);
    expect(sandbox.bookingbug.stats.calls.list).toBe(2);
  });

  it("ends also where each page comes in another order, and what it says of the count shows what it missed", async () => {
    await start({ order: "any" });
    fill(230);
    const pages = await pagesOf(clientOf(sandbox));
    const distinct = new Set(idsIn(pages));
    expect(pages.at(-1)?.isLast).toBe(true);
    expect(distinct.size).toBeLessThan(pages[0]?.total ?? 0);
  });

  it("loses a row to a page that shifted, and the next walk has it", async () => {
    await start({ order: "updated_at" });
    const booked = fill(150);
    const walk = clientOf(sandbox).listBookings({ company, by: { kind: "changedSince", since: new Date(0) } });
    const first = (await walk.next()).value;
    // The last of all moves to the front, and everything before it one further.
    sandbox.bookingbug.move(Number(booked[0]), at(900));
    const second = (await walk.next()).value;
    const seen = new Set([...(first?.rows ?? []), ...(second?.rows ?? [])].map(({ id }) => id));
    expect(seen.has(booked[0] ?? "")).toBe(false);
    expect(idsIn(await pagesOf(clientOf(sandbox)))).toContain(booked[0]);
  });

  it("has the days that were asked for, the last included", async () => {
    await start();
    const booked = fill(5);
    const pages = await pagesOf(clientOf(sandbox), { by: { kind: "dates", from: "2026-12-02", to: "2026-12-04" } });
    expect(idsIn(pages)).toEqual(booked.slice(1, 4));
  });

  it.each([
    ["change", 1],
    ["creation", 0],
  ] as const)("by change has what BookingBug takes for one: %s", async (modifiedSince, count) => {
    let now = at(-3);
    await start({ modifiedSince, now: () => now });
    const [moved] = fill(2);
    now = at(-1);
    sandbox.bookingbug.move(Number(moved), at(7));
    const pages = await pagesOf(clientOf(sandbox), { by: { kind: "changedSince", since: at(-2) } });
    expect(idsIn(pages)).toEqual([moved].slice(0, count));
  });

  it("by change in local time has the wrong hours, which 25 hours further back cover", async () => {
    await start({ zoneMinutes: -720 });
    const booked = fill(1);
    const since = new Date(Date.now() - 3_600_000);
    expect(idsIn(await pagesOf(clientOf(sandbox), { by: { kind: "changedSince", since } }))).toEqual([]);
    const earlier = new Date(since.getTime() - 25 * 3_600_000);
    expect(idsIn(await pagesOf(clientOf(sandbox), { by: { kind: "changedSince", since: earlier } }))).toEqual(booked);
  });

  it("of a child company has its own", async () => {
    await start({ children: [Number(child), 37_015] });
    sandbox.bookingbug.book({ starts: [DAY], companyId: 37_015 });
    const { bookingIds } = sandbox.bookingbug.book({ starts: [DAY] });
    expect(idsIn(await pagesOf(clientOf(sandbox), { company: child }))).toEqual(bookingIds.map(String));
    expect(idsIn(await pagesOf(clientOf(sandbox)))).toHaveLength(2);
  });

  it("does not have what BookingBug has erased, which is no cancellation", async () => {
    await start({ cancelled: "erased" });
    const { bookingIds } = sandbox.bookingbug.book({ starts: [DAY, at(1)] });
    sandbox.bookingbug.cancel(bookingIds[0] ?? 0);
    expect(idsIn(await pagesOf(clientOf(sandbox)))).toEqual([String(bookingIds[1])]);
    const read = clientOf(sandbox).readBooking({ company }, String(bookingIds[0]));
    expect(await errorOf(read)).toMatchObject({ kind: "not_found", retry: false });
  });
});

it("a list that never ends is given up, and does not pass for one that was walked to its end [Q1]", async () => {
  await start();
  const get = async (query: URLSearchParams) => ({
    _embedded: { bookings: [{ id: query.get("page"), datetime: "2026-12-01T10:00:00Z" }] },
    _links: { next: { href: "/more" } },
  });
  let isEnded = false;
  const all = async (): Promise<void> => {
    for await (const { isLast } of walk({ company, by: { kind: "changedSince", since: DAY } }, get)) isEnded ||= isLast;
  };
  expect(await errorOf(all())).toMatchObject({ kind: "unreadable", message: expect.stringContaining("has no end") });
  expect(isEnded).toBe(false);
});

describe("a row [Q1]", () => {
  it("says which booking, of which purchase, when, and whether it is cancelled", async () => {
    await start();
    const { purchaseId, bookingIds } = sandbox.bookingbug.book({ starts: [DAY] });
    sandbox.bookingbug.cancel(bookingIds[0] ?? 0);
    const [page] = await pagesOf(clientOf(sandbox));
    expect(page?.rows).toEqual([
      {
        id: String(bookingIds[0]),
        purchase_id: String(purchaseId),
        company_id: child,
        person_id: "30553",
        resource_id: "43049",
        is_cancelled: true,
        on_waitlist: false,
        attendance: undefined,
        datetime: DAY,
        end_datetime: new Date(DAY.getTime() + 30 * 60_000),
        updated_at: expect.any(Date),
        created_at: expect.any(Date),
        status: 4,
      },
    ]);
  });

  it("that cannot be read is counted, and costs none of the others", async () => {
    await start();
    const rows = [
      {
        id: 1,
        datetime: "2026-12-01T10:00:00+01:00",
        purchase_ref: "IPRrIU2ZneOMjoVOMTE2NjI3ODY%3D",
        is_cancelled: "true",
      },
      { id: "x", datetime: "2026-12-01T10:00:00Z" },
      { id: 3, datetime: "soon" },
      "row",
      {
        id: "4",
        datetime: "2026-12-01T10:00:00Z",
        updated_at: "2026-11-01T00:00:00Z",
        booking_updated: "2026-11-01T00:05:00Z",
      },
      { id: 5, datetime: "2026-12-01T10:00:00Z", full_describe: "Microchipping with Waqas (CANCELLED)" },
    ];
    sandbox.faults.set([
      {
        crm: "bookingbug",
        match: "/bookings",
        action: { type: "status", status: 200, body: { total_entries: 6, _embedded: { bookings: rows }, _links: {} } },
      },
    ]);
    const [page] = await pagesOf(clientOf(sandbox));
    expect(page?.unreadable).toBe(3);
    expect(page?.isLast).toBe(true);
    expect(page?.rows).toMatchObject([
      {
        id: "1",
        purchase_id: "11662786",
        is_cancelled: true,
        datetime: new Date("2026-12-01T09:00:00Z"),
        updated_at: undefined,
      },
      { id: "4", purchase_id: undefined, is_cancelled: undefined, updated_at: new Date("2026-11-01T00:05:00Z") },
      { id: "5", is_cancelled: true },
    ]);
  });
});

describe("a page of which no row can be read [Q4]", () => {
  const unreadable = { _embedded: { bookings: [{ id: "x" }, { id: "y" }] } };

  it("is counted, and is no repetition of the page before the first", async () => {
    await start();
    fill(1);
    const action = { type: "status", status: 200, body: unreadable } as const;
    sandbox.faults.set([{ crm: "bookingbug", match: "/bookings", action, times: 1 }]);
    const [page] = await pagesOf(clientOf(sandbox));
    expect(page).toMatchObject({ rows: [], unreadable: 2, isLast: false });
  });

  it("ends the walk where it is answered again and again", async () => {
    await start();
    const action = { type: "status", status: 200, body: unreadable } as const;
    sandbox.faults.set([{ crm: "bookingbug", match: "/bookings", action }]);
    const pages = await pagesOf(clientOf(sandbox));
    expect(pages.map((page) => page.unreadable)).toEqual([2, 0]);
  });
});

describe("an answer that is no list [Q4]", () => {
  it.each([
    ["an object that says nothing", {}],
    ["a list of nothing we know", []],
    ["an error with 200", { error: "Session expired" }],
    ["a page of HTML", "<html></html>"],
    ["bookings that are no list", { _embedded: { bookings: "none" } }],
  ])("is an error, never an empty list: %s", async (_, body) => {
    await start();
    fill(3);
    sandbox.faults.set([{ crm: "bookingbug", match: "/bookings", action: { type: "status", status: 200, body } }]);
    expect(await errorOf(pagesOf(clientOf(sandbox)))).toMatchObject({ kind: "unreadable", retry: true });
  });

  it("in the midst of a walk leaves it without an end", async () => {
    await start();
    fill(230);
    const pages: boolean[] = [];
    const walk = clientOf(sandbox).listBookings({ company, by: { kind: "changedSince", since: new Date(0) } });
    const all = async (): Promise<void> => {
      for await (const { isLast, page } of walk) {
        pages.push(isLast);
        if (page === 2) sandbox.faults.set([{ crm: "bookingbug", action: { type: "reset", after: false } }]);
      }
    };
    expect(await errorOf(all())).toMatchObject({ kind: "unavailable" });
    expect(pages).toEqual([false, false]);
  });

  it("and no end is cut off where it is too long", async () => {
    await start();
    const body = { total_entries: 1, _embedded: { bookings: [] }, more: "x".repeat(17_000_000) };
    sandbox.faults.set([{ crm: "bookingbug", match: "/bookings", action: { type: "status", status: 200, body } }]);
    const error = await errorOf(pagesOf(clientOf(sandbox)));
    expect(error).toMatchObject({ kind: "unreadable", message: expect.stringContaining("longer than") });
  });
});
