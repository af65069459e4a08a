/** A walk goes on where it was, and says what it proves [Q8]. */
import { spawn } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../support/children.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { on, shown, startWorld, type World } from "./world.ts";

const PER_PAGE = 5;

let world: World;
let pages: number[] = [];
let onPage: (page: number) => void = () => {};

beforeAll(async () => {
  world = await startWorld({
    maxPerPage: PER_PAGE,
    order: "updated_at",
    cancelled: "erased",
    onAsked({ path, query }) {
      const page = query.get("page");
      if (!path.endsWith("/bookings") || page === null) return;
      pages.push(Number(page));
      onPage(Number(page));
    },
  });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
  pages = [];
  onPage = () => {};
});
afterAll(() => world.stop());

const book = (count: number): number[] =>
  Array.from({ length: count }, () => world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds[0] ?? 0);

/** Until it is called off, BookingBug lets nobody in. */
const keepOut = () =>
  world.system.sandbox.faults.set([{ crm: "bookingbug", match: "/api/", action: { type: "status", status: 401 } }]);

describe("a walk [Q8]", () => {
  it("that was killed goes on at the page where it was", async () => {
    const ids = book(40);
    const { environment } = world;
    const command = spawn(process.execPath, ["src/cli.ts", "reconcile", "--changed-since", "2d"], {
      cwd: ROOT,
      env: { ...CHILD_ENVIRONMENT, ...environment },
      stdio: "ignore",
    });
    endsWithUs(command);
    await eventually(() => expect(pages.at(-1)).toBeGreaterThanOrEqual(3));
    const ended = new Promise((resolve) => command.once("exit", resolve));
    command.kill("SIGKILL");
    await ended;
    const reached = pages.at(-1);
    pages = [];
    const { code, out } = await runCli(["reconcile", "--changed-since", "2d", "--json"], environment);
    expect(JSON.parse(out)).toMatchObject({ outcome: "complete", resumed: true, listed: 40, notReadable: 0 });
    expect(code).toBe(0);
    expect(pages[0]).toBe(reached);
    await world.settled();
    expect(Object.keys(shown(world)).map(Number)).toEqual(ids);
    expect((await world.reconcile()).resumed).toBe(false);
  });

  it("that broke off says so, proves nothing of the rest, and is taken up again", async () => {
    const ids = book(7);
    onPage = (page) => void (page === 2 && keepOut());
    const { outcome, counts } = await world.reconcile();
    expect(outcome).toMatchObject({ kind: "broke_off", error: { kind: "unauthorised" } });
    expect(counts).toMatchObject({ listed: PER_PAGE, repaired: PER_PAGE });
    onPage = () => {};
    world.system.sandbox.faults.set([]);
    pages = [];
    const again = await world.reconcile();
    expect(again).toMatchObject({ outcome: { kind: "complete" }, resumed: true, counts: { listed: 7, repaired: 7 } });
    expect(pages[0]).toBe(2);
    expect(Object.keys(shown(world)).map(Number)).toEqual(ids);
  });

  it("whose pages shifted does not pass for complete, although as many were listed as there are", async () => {
    const [oldest = 0] = book(7);
    onPage = (page) => void (page === 2 && world.bookingbug.move(oldest, on(10, "15:00")));
    const { outcome, counts } = await world.reconcile();
    expect(counts.listed).toBe(7);
    expect(outcome).toEqual({ kind: "shifted" });
    onPage = () => {};
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: "complete" }, resumed: false });
    expect(shown(world)).toMatchObject({ [oldest]: "booked 15:00" });
  });

  it("past which a booking slid, since one before it was deleted, does not pass for complete", async () => {
    const ids = book(7);
    onPage = (page) => void (page === 2 && pages.length === 2 && world.bookingbug.cancel(ids.at(-1) ?? 0));
    const { outcome, counts } = await world.reconcile();
    expect(counts.listed).toBe(6);
    expect(outcome).toEqual({ kind: "shifted" });
  });
});
