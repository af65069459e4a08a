/** Whom a mapping that is not in force would affect is looked at by a job, which writes nothing. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { lookAtImpact } from "../../src/bulk/look-at-impact.ts";
import { createBulkStore } from "../../src/bulk/store.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { jobAt } from "./many.ts";

let system: TestSystem;
let admin: AdminClient;
let tools: Tools;
let text: string;
const FILE = "mappings/hubspot.yaml";
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };

beforeAll(async () => {
  system = await startSystem({ env: { CRM: "hubspot" } });
  admin = createAdminClient(system);
  tools = await openTools(system.environment);
  text = await readFile(FILE, "utf8");
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const idOf = (location = ""): string => /^\/admin\/jobs\/([^?]+)/.exec(location)?.[1] ?? "";
const withoutLastNames = (): string => text.replace(/^ +lastname: .*\n/m, "");
const renamed = (): string => text.replace(/^( +firstname: ).*$/m, '$1{ constant: "Somebody" }');

async function look(yaml: string): Promise<string> {
  const { status, location } = await admin.post("/admin/mappings/impact", { file: FILE, yaml });
  expect(status).toBe(303);
  const id = idOf(location);
  await eventually(async () => expect((await tools.bulks.read(id))?.end?.how).toBe("done"));
  return id;
}

describe("the impact of a mapping as it is edited [F4]", () => {
  beforeEach(async () => {
    for (const id of [1, 2]) await system.deliver("bookings", somebodys(id, ada));
  });

  it("is counted by field for every purchase that is kept, with purchases to look at and no name on the page", async () => {
    const before = system.sandbox.hubspot.records("contacts").map(({ values }) => values);
    const id = await look(renamed());
    const { text: page, html } = await jobAt(admin, id);
    expect(page).toMatch(/Impact of a mapping on up to 2 purchases ✓ Done .*2 looked at/);
    expect(page).toMatch(/Of 2 purchases looked at, something would differ for 2/);
    expect(page).toMatch(/2 contact contacts firstname/);
    expect(html).toContain('href="/admin/bookings/1"');
    expect(page).not.toMatch(/Ada|Lovelace|Somebody/);
    expect(system.sandbox.hubspot.records("contacts").map(({ values }) => values)).toEqual(before);
    expect((await admin.get("/admin/audit")).text).toMatch(
      /Started a job impact, mappings.hubspot.yaml, job .*, 2 purchases/,
    );
  });

  it("is nothing where the text is as in force", async () => {
    const id = await look(text.replaceAll("\n", "\r\n"));
    expect((await jobAt(admin, id)).text).toMatch(/something would differ for 0/);
  });

  it("is that of the file in the place of its own, whichever companies it serves", async () => {
    const id = await look(text.replace("crm: hubspot\n", "crm: hubspot\ncompanies: [1]\n"));
    expect((await jobAt(admin, id)).text).toMatch(
      /It fails for 2 .* first: No mapping file for hubspot serves company/,
    );
  });

  it("names what a mapping fails for that the one in force serves", async () => {
    const id = await look(
      text.replace("bookingbug_time_zone: booking.time_zone", "bookingbug_time_zone: booking.address"),
    );
    expect((await jobAt(admin, id)).text).toMatch(/It fails for 2 that the mapping in force serves, first: .+hubspot/);
  });

  it("is not looked at while the text has mistakes, which are shown instead", async () => {
    const {
      status,
      html,
      text: page,
    } = await admin.post("/admin/mappings/impact", {
      file: FILE,
      yaml: `${text}\nnonsense: 1\n`,
    });
    expect(status).toBe(200);
    expect(page).toMatch(/Mapping playground.*mistake/);
    // A long line scrolls by itself, for who has no mouse as well [I3].
    expect(html).toContain('<pre class="excerpt" tabindex="0" aria-label="The line">nonsense: 1');
    expect(await tools.bulks.newest({ offset: 0, limit: 9 })).toEqual([]);
    expect((await admin.post("/admin/mappings/impact", { file: "other.yaml", yaml: text })).status).toBe(409);
  });
});

describe("a look that is stopped [F4]", () => {
  it("ends at the next hundred, and keeps what it found until then", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => system.post("bookings", somebodys(index + 1, ada))));
    await system.quiet();
    const store = createBulkStore({ redis: system.redis, keys: system.keys, retentionDays: 1 });
    const request = { action: "impact", crm: "hubspot", file: FILE } as const;
    await store.add("look", { request, by: "otto", at: new Date().toISOString(), total: 120 }, withoutLastNames());
    await store.stop("look", "otto");
    const bulk = await store.read("look");
    if (bulk === undefined) throw new Error("no such job");
    const deps = { ...tools, store, mostWaiting: 1 };
    const reached = await lookAtImpact(deps, { ...bulk, request }, new AbortController().signal);
    expect(reached).toEqual({ kind: "stopped" });
    expect((await store.read("look"))?.found).toMatchObject({ purchases: 100, differing: 100 });
  });
});
