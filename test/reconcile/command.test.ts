/** `crm-sync reconcile` as an operator runs it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(() => world.stop());

const run = (...args: string[]) => runCli(["reconcile", ...args], world.environment);

describe("crm-sync reconcile", () => {
  it("says what differs, and with --dry-run no more than that", async () => {
    const [id] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
    const dry = await run("--dry-run", "--from", "2036-03-10", "--to", "2036-03-10");
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toBe(
      [
        "1 listed, 0 known and in step, 1 missing, 0 stale, 0 cancelled there",
        "Nothing was read back: --dry-run.",
        "The list was walked to its end, and is as long as BookingBug says.",
        "",
      ].join("\n"),
    );
    expect(shown(world)).toEqual({});
    expect((await run("--from", "2036-03-10")).out).toContain("1 repaired, 1 purchases read\n");
    await world.settled();
    expect(shown(world)).toEqual({ [id ?? 0]: "booked 09:00" });
  });

  it("gives the numbers as JSON, and an exit code where something could not be read", async () => {
    const { purchaseId } = world.bookingbug.book({ starts: [on(10, "09:00")] });
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/purchases/${purchaseId}`, action: { type: "status", status: 404 } },
    ]);
    const { code, out } = await run("--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ outcome: "complete", listed: 1, missing: 1, repaired: 0, notReadable: 1 });
  });

  it("says what to set where BookingBug's API is not configured", async () => {
    const { code, err } = await runCli(["reconcile"], world.system.environment);
    expect(code).toBe(1);
    expect(err).toMatch(/^BookingBug's API is not configured.* Set BOOKINGBUG_API_URL and BOOKINGBUG_API_COMPANY_ID/);
  });

  it.each([
    [["--changed-since", "soon"], "--changed-since: give a time such as 90m, 2h or 3d"],
    [["--changed-since", "2d", "--from", "2036-03-10"], "give --changed-since, or --from and --to"],
    [["--from", "2036-02-30"], "--from and --to are days such as"],
    [["--from", "2036-03-11", "--to", "2036-03-10"], "the first not after the last"],
  ])("refuses %j", async (args, words) => {
    const { code, err } = await run(...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
