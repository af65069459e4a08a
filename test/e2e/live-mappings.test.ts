/** Mapping files that change while the processes run. */
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let folder: string;
let original: string;
let originalVersion: string;
const file = (): string => join(folder, "salesforce.yaml");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings", folder, { recursive: true });
  original = await readFile(file(), "utf8");
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
  originalVersion = await inForce();
});
beforeEach(async () => {
  await writeFile(file(), original);
  await eventually(async () => {
    const detail = await readiness();
    expect(detail).not.toContain("refused");
    expect(await inForce()).toBe(originalVersion);
  });
  await system.reset();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

async function readiness(): Promise<string> {
  const response = await fetch(`${system.url}/readyz`);
  const { checks } = (await response.json()) as { checks: { mappings: { ok: boolean; detail: string } } };
  expect(checks.mappings.ok).toBe(true);
  return checks.mappings.detail;
}

async function overview(): Promise<string> {
  return (await createAdminClient(system).get("/admin")).text;
}

const inForce = async (): Promise<string> => /salesforce\.yaml (\w+)/.exec(await overview())?.[1] ?? "";

async function save(text: string): Promise<void> {
  // As editors do: a new file that takes the old one's place.
  await writeFile(`${file()}.tmp`, text);
  await rename(`${file()}.tmp`, file());
}

const shown = () => system.sandbox.salesforce.records("Event").map(({ values }) => values.ShowAs);

const withNote = () =>
  purchase((body) => {
    firstBooking(body).full_describe = "Another name";
  });

describe("a changed mapping file", () => {
  it("takes effect without a restart, from the next notification on; what was written stays until then", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await save(original.replace("ShowAs: { constant: Busy }", "ShowAs: { constant: OutOfOffice }"));
    await eventually(async () => expect(await inForce()).not.toBe(originalVersion));
    expect(shown()).toEqual(["Busy"]);
    await system.deliver("updates", withNote());
    expect(shown()).toEqual(["OutOfOffice"]);
  });

  it("that is wrong leaves the last good one in force, readiness says so and the overview where the fault is [S11]", async () => {
    await save(original.replace("booking.start_at", "booking.start_at | shout"));
    await eventually(async () => expect(await readiness()).toMatch(/refused with 1 problem\(s\)/));
    expect(await readiness()).not.toMatch(/\.yaml|salesforce|hubspot/);
    expect(await overview()).toMatch(/salesforce\.yaml:\d+:\d+/);
    expect(await inForce()).toBe(originalVersion);
    await system.deliver("bookings", sample("purchase-created"));
    expect(shown()).toEqual(["Busy"]);
  });

  it("that was removed leaves its CRM with the last good one", async () => {
    await rm(file());
    await eventually(async () => expect(await readiness()).toContain("refused"));
    await system.deliver("bookings", sample("purchase-created"));
    expect(shown()).toEqual(["Busy"]);
  });
});
