/**
 * What an operator asks on a bad day, each asked from the overview in a real browser, and how many pages it takes: what is pressed at
 * the end changes something, and the page that comes of it is the last one counted [I4].
 */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { type Look, signedIn, startBrowser } from "../support/browser.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { press, tabTo } from "../support/keyboard.ts";
import { PASSWORDS, veraAndOtto } from "../support/people.ts";
import { freePorts } from "../support/ports.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const jane = { first: "Jane", last: "Doe", email: "jane@example.com" };
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };

let system: TestSystem;
let browser: Browser;
let chat: Server;
let folder: string;
let page: Page;
let loads: number;
const posts: string[] = [];

beforeAll(async () => {
  chat = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => posts.push(chunk.toString("utf8")));
    request.on("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => chat.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings", folder, { recursive: true });
  const [port = 0] = await freePorts(1);
  system = await startSystem({
    env: {
      ADMIN_USERS: await veraAndOtto(),
      MAPPINGS_DIR: folder,
      PORT: String(port),
      DASHBOARD_URL: `http://127.0.0.1:${port}`,
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook`,
    },
  });
  browser = await startBrowser();
});
beforeEach(() => system.reset());
afterEach(() => page.context().close());
afterAll(async () => {
  await browser.close();
  await system.stop();
  chat.close();
});

/** Where people have names nobody is asked for Basic credentials: they are sent unasked. */
async function operatorsPage(look: Look = {}): Promise<Page> {
  const context = await signedIn(browser, system.url, look);
  await context.setExtraHTTPHeaders({ authorization: basic(ADMIN) });
  return await context.newPage();
}

/** Opens the overview, after which pages are counted. */
async function overview(look: Look = {}): Promise<void> {
  page = await operatorsPage(look);
  await page.goto("/admin");
  count();
}

function count(): void {
  loads = 0;
  page.on("load", () => {
    loads += 1;
  });
}

async function shown(): Promise<string> {
  const text = await page.evaluate<string>("document.querySelector('main')?.innerText ?? ''");
  return text.replace(/\s+/g, " ");
}

/** Presses what leads to another page, and waits for it. */
async function follow(selector: string, hasText: string | RegExp): Promise<void> {
  const loaded = page.waitForEvent("load");
  await page.locator(selector, { hasText }).first().press("Enter");
  await loaded;
}

async function search(words: string): Promise<void> {
  await follow("nav a", "Bookings");
  await page.locator("input[name=q]").fill(words);
  await follow("button", "Search");
}

const failure = (field: string) => ({
  ...{ object: "Event", kind: "rejected" as const, code: "STRING_TOO_LONG", fields: [{ field }], heals: false },
  ...{ words: `Too long for ${field}.`, nextStep: "Next: correct the data.", sentence: `Too long for ${field}.` },
});

/** Purchases as they are listed when a pass of theirs has failed, without the passes. */
async function listFailed(ids: readonly number[], field: string, at = Date.now()): Promise<void> {
  const { redis, keys } = system;
  const syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
  const clock = jest.spyOn(Date, "now").mockReturnValue(at);
  const listed = ids.map((id) =>
    syncLog.recordFailed("salesforce", `${id}`, `job-${id}`, [failure(field)], `c${id % 7}`),
  );
  clock.mockRestore();
  await Promise.all(listed);
}

const from1 = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

async function twoJanes(): Promise<void> {
  for (const LastName of ["Doe", "Doe-Smith"]) {
    system.sandbox.salesforce.seed("Contact", { FirstName: "Jane", LastName, Email: jane.email });
  }
  await system.deliver("bookings", somebodys(3001, jane));
}

async function pauseHubSpot(): Promise<void> {
  await page.locator("summary", { hasText: "Pause HubSpot" }).click();
  const form = page.locator("details[open]", { hasText: "Pause HubSpot" });
  await form.locator("input[name=reason]").fill("a release");
  const loaded = page.waitForEvent("load");
  await form.getByRole("button", { name: /^Pause/ }).click();
  await loaded;
  expect(await shown()).toMatch(
    /HubSpot is paused\. By admin, .*“a release”; goes on by itself in (1 hour|an hour|60 min|59 min)/,
  );
}

describe.each([1280, 390])("asked %i wide, from the overview [I4]", (width) => {
  it("why is Jane's booking not there: two pages", async () => {
    await system.deliver("bookings", somebodys(2001, jane, tooLong));
    await overview({ width });
    await search("jane doe");
    expect(await shown()).toMatch(/Purchase 2001 Jane Doe .*STRING_TOO_LONG.*Next: correct the data/);
    expect(loads).toBe(2);
  });

  it("what broke last night, and how many customers: one page", async () => {
    const midnight = Date.now() - (Date.now() % 86_400_000);
    await listFailed(from1(20), "BB_Time_Zone__c", midnight + 2 * 3_600_000);
    await listFailed([40], "Subject", midnight - 12 * 3_600_000);
    await overview({ width });
    await follow("a", "What broke last night");
    expect(await shown()).toMatch(/20 purchases, about 7 customers, of 1 cause failed, what is mended since included/);
    expect(loads).toBe(1);
  });

  it("pause HubSpot for an hour: one page", async () => {
    await overview({ width });
    await pauseHubSpot();
    expect(loads).toBe(1);
  });
});

describe("asked from the overview [I4]", () => {
  it("retry all of a cause of hundreds, and watch it: two pages", async () => {
    const ids = from1(300);
    await listFailed(ids, "Subject");
    await overview();
    await follow(".verdict a", "Retry all");
    expect(await shown()).toMatch(/Retry 300 purchases.*Calls to the CRM.*How long about/);
    await follow("button", "Start: retry 300 purchases");
    expect(loads).toBe(2);
    expect(await shown()).toMatch(/\d+ of 300 purchases over.*Started by admin/);
    await eventually(async () => {
      await page.reload();
      expect(await shown()).toMatch(/Done.*300 of 300 purchases over/);
    });
  });

  it("retry one cause among several, and watch it: two pages", async () => {
    await listFailed(from1(200), "Subject");
    await listFailed(
      from1(90).map((id) => id + 500),
      "Location",
    );
    await overview();
    expect(await shown()).toMatch(/200 .*Subject · Retry.* 90 .*Location · Retry/);
    await follow(".verdict a", /^Retry: .*Location/);
    await follow("button", "Start: retry 90 purchases");
    expect(loads).toBe(2);
    expect(await shown()).toMatch(/\d+ of 90 purchases over.*Started by admin/);
  });

  it("which of two Janes: two pages", async () => {
    await twoJanes();
    await overview();
    await follow(".verdict a", "Held");
    await follow("a", /^Decide: Several CRM records/);
    expect(loads).toBe(2);
    expect(await shown()).toMatch(/Which Contact is this person\?.*Doe-Smith/);
    await follow("button", /^Pick this one/);
    expect(await shown()).toMatch(/The record was picked/);
  });

  it("will the quota last: it stands there", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    await overview();
    // Figures are written every few seconds.
    await eventually(async () => {
      await page.reload();
      expect(await shown()).toMatch(
        /CRM calls \d+ by us since midnight .*used by all integrations \(\d+ %\) At \d+ calls an hour it (lasts|is spent)/,
      );
    });
  });

  it("what changed in the mapping, and whom it touched: one page", async () => {
    await overview();
    // What was in force before is noted every few seconds.
    await eventually(async () => {
      await page.goto("/admin/mappings/history");
      expect(await shown()).toMatch(/salesforce\.yaml ✓ In force/);
    });
    const file = join(folder, "salesforce.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("ShowAs: { constant: Busy }", "ShowAs: { constant: OutOfOffice }"));
    await page.goto("/admin");
    const version = () => page.locator('section[aria-labelledby="mappings"]').textContent();
    const before = await version();
    await eventually(async () => {
      await page.reload();
      expect(await version()).not.toBe(before);
    });
    await system.deliver("bookings", somebodys(1, ada));
    await page.reload();
    loads = 0;
    await follow('section[aria-labelledby="mappings"] tr:has-text("Salesforce") td a[href*="history"]', /./);
    await eventually(async () => {
      await page.reload();
      expect(await shown()).toMatch(/What changed.*OutOfOffice.*1 purchase written.*Ada Lovelace/);
    });
  });

  it("everything about somebody, before and after: two pages", async () => {
    system.sandbox.salesforce.seed("Contact", { FirstName: "Adele", LastName: "Lovelace", Email: ada.email });
    await system.deliver("bookings", somebodys(1, ada));
    await overview();
    await search(ada.email);
    await page.locator("summary", { hasText: /4 fields of Contact / }).click();
    expect(await shown()).toMatch(/Purchase 1 Ada Lovelace .*Timeline.*Before.*After.*FirstName.*Adele.*Ada/);
    expect(loads).toBe(2);
  });

  it("is BookingBug in step: the word stands there, the rest on one page", async () => {
    await overview();
    expect(await shown()).toMatch(/Not compared BookingBug’s API is not configured/);
    await follow("main a", /What to set|Reconciliation/);
    expect(await shown()).toMatch(/compared with what is known here/);
    expect(loads).toBe(1);
  });

  it("run a day of a company again: two pages, the last of which starts it", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    await overview();
    await follow("nav a", "Jobs");
    const company = String(somebodys(1, ada)._embedded.bookings[0].company_id);
    await page.getByLabel("Company id").fill(company);
    await follow("button", "See how many");
    expect(loads).toBe(2);
    expect(await shown()).toMatch(new RegExp(`1 purchase.*company ${company}`));
    await follow("button", /^Start: run again/i);
    expect(await shown()).toMatch(/of up to 1 purchase over/);
  });

  it("what waits, and since when: it stands there, the list on one page", async () => {
    await overview();
    await pauseHubSpot();
    expect((await system.post("bookings", somebodys(1, ada))).status).toBe(202);
    await page.reload();
    loads = 0;
    expect(await shown()).toMatch(/Waiting now 1 purchase, the oldest for/);
    await follow('[aria-labelledby="crm-hubspot"] dd a', "1 purchase");
    expect(await shown()).toMatch(/Waiting for HubSpot, the longest first/);
    expect(loads).toBe(1);
    // Who it is about is known once the other CRM's pass has read it.
    await eventually(async () => {
      await page.reload();
      expect(await shown()).toMatch(/Ada Lovelace.*HubSpot: waiting/);
    });
  });
});

describe("without asking [I4]", () => {
  it("somebody is told, with a link to the page about it", async () => {
    posts.length = 0;
    await listFailed(from1(30), "Subject");
    await eventually(() => expect(posts.join(" ")).toMatch(/30 purchases/));
    const text = posts.find((post) => post.includes("30 purchases")) ?? "";
    const link = /https?:\/\/127\.0\.0\.1:\d+\/admin[^\s"\\>|)]*/.exec(text)?.[0] ?? "";
    expect(link).toContain(system.url);
    page = await operatorsPage();
    await page.goto(link);
    expect(await shown()).toMatch(/STRING_TOO_LONG, Event Subject.*30 purchases now/);
  });
});

describe("asked by a colleague who may only look [I4]", () => {
  it("shows how it stands, nobody's name and nothing to press", async () => {
    await system.deliver("bookings", somebodys(2001, jane, tooLong));
    page = await (await browser.newContext({ baseURL: system.url })).newPage();
    await page.goto("/admin/sign-in");
    await page.getByLabel("Name").fill("vera");
    await page.getByLabel("Password").fill(PASSWORDS.vera);
    await follow("button", "Sign in");
    expect(await shown()).toMatch(/late or wrong in a CRM.*1 purchase failed/);
    for (const path of ["/admin", "/admin/failed", "/admin/bookings/2001"]) {
      await page.goto(path);
      expect(await page.locator("main").textContent()).not.toContain("Jane");
      expect([path, await page.locator("main form[method=post]").count()]).toEqual([path, 0]);
    }
  });
});

describe("asked with the keyboard alone [I4]", () => {
  it("retries one purchase of a cause, and the focus goes on where it was", async () => {
    for (const id of [2001, 2002, 2003]) await system.deliver("bookings", somebodys(id, jane, tooLong));
    await overview();
    await press(page, /^Failed 3$/);
    await press(page, /^Show purchases/);
    expect(loads).toBe(2);
    await tabTo(page, "Select purchase 2002");
    await page.keyboard.press("Space");
    await press(page, "Retry selected");
    expect(await shown()).toMatch(/1 purchase queued again/);
    expect(new URL(page.url()).hash).toBe("#p-2002");
    await page.keyboard.press("Tab");
    const next = await page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''");
    expect(next).toBe("Select purchase 2002");
  });
});
