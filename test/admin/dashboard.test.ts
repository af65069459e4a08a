/** What an operator and an admin do in the dashboard, in a real browser and with the keyboard alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { signedIn, startBrowser } from "../support/browser.ts";
import { ADMIN } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { press, tabTo, type } from "../support/keyboard.ts";
import { purchase, sample, twoBookings } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  system = await startSystem();
  browser = await startBrowser();
  const context = await signedIn(browser, system.url);
  page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});
beforeEach(() => system.reset());
afterAll(async () => {
  await browser.close();
  await system.stop();
});

/** What the page's main part shows, as it is laid out, in one line. */
async function shown(): Promise<string> {
  const text = await page.evaluate<string>("document.querySelector('main')?.innerText ?? ''");
  return text.replace(/\s+/g, " ");
}

async function reads(text: string | RegExp): Promise<void> {
  await eventually(async () => expect(await shown()).toMatch(text));
}

/** What a job's page says once it is over; until then it is asked for again. */
async function over(text: string): Promise<void> {
  await eventually(async () => {
    if (!(await shown()).includes(text)) await page.reload();
    expect(await shown()).toContain(text);
  });
}

const missingScope = {
  crm: "hubspot",
  match: "meetings",
  action: {
    type: "status",
    status: 403,
    body: { category: "MISSING_SCOPES", message: "This app hasn't been granted all required scopes." },
  },
} as const;

describe("an operator", () => {
  it("finds a failed booking, reads why, and sees it applied after the cause is mended and retried", async () => {
    system.sandbox.faults.set([missingScope]);
    await system.deliver("bookings", sample("purchase-created"));
    await page.goto("/admin");
    await press(page, "1 purchase");
    await reads(/The CRM's set-up or the mapping does not fit/);

    await press(page, "Bookings");
    await type(page, /^Name or its beginning/, "13477736");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/admin/bookings/11610441");
    await reads(/HubSpot: failed/);
    await reads(/hasn't been granted all required scopes/);
    await reads(/Next: correct the mapping or the CRM's set-up, then retry/);
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(0);

    system.sandbox.faults.set([]);
    await press(page, /^Failed/);
    await reads(/grouped by cause/);
    await press(page, /^Retry: The CRM's set-up/);
    await reads(/Retry 1 purchase .*Calls to the CRM/);
    await press(page, "Start: retry 1 purchase");
    await over("1 of 1 purchase over");
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    await page.goto("/admin/failed");
    await reads(/Nothing failed/);
    await page.goto("/admin/bookings/11610441");
    await reads(/HubSpot: up to date/);
    await reads(/admin ran it again/);
    await reads(/meetings \d+ for booking 13477736: created/);
  });

  it("picks one of two people once, and it is remembered", async () => {
    const [first, second] = ["Jane", "Janet"].map((name) =>
      system.sandbox.salesforce.seed("Contact", { FirstName: name, LastName: "Doe", Email: "jane@example.com" }),
    );
    const jane = { first: "Jane", last: "Doe", email: "jane@example.com" };
    await system.deliver("bookings", somebodys(3001, jane));
    await page.goto("/admin/held");
    await reads(/Several CRM records match one person/);
    await press(page, /^Decide: Several CRM records/);
    await reads(/Decide for purchase 3001/);
    await reads(/Which Contact is this person\?/);
    await reads(/Janet/);
    await press(page, `Pick this one: Contact ${second}`);
    await reads(/The record was picked/);
    await system.quiet();

    const again = somebodys(3002, jane);
    again._embedded.client.id = 3001 * 7;
    await system.deliver("bookings", again);
    const events = system.sandbox.salesforce.records("Event");
    expect(events.map(({ values }) => values.WhoId)).toEqual([second, second]);
    expect(first).not.toBe(second);
    await page.reload();
    await reads(/Salesforce: up to date/);
    await reads(new RegExp(`admin picked the record \\(Salesforce\\).*${second}`));
  });

  it("decides which of two bookings was cancelled", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    await page.goto("/admin/held/salesforce/11610441");
    await reads(/Cancelled would write/);
    await press(page, "Cancelled: booking 13477737");
    await reads(/Decided/);
    await system.quiet();
    await page.goto("/admin/held/salesforce/11610441");
    await press(page, "Still active: booking 13477736");
    await reads(/Decided/);
    await system.quiet();
    const outcomes = system.sandbox.hubspot.records("meetings").map(({ values }) => values.bookingbug_status);
    expect(outcomes.toSorted()).toEqual(["booked", "cancelled"]);
    await page.goto("/admin/failed");
    await reads(/Nothing failed/);
  });

  it("looks at a payload masked, and in the clear only when asking for it", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await page.goto("/admin/bookings/11610441");
    const notifications = page.locator("section", { has: page.locator("#payloads") });
    await press(page, /posted to/);
    const payload = await notifications.textContent();
    expect(payload).toContain('"id": 13477736');
    expect(payload).toContain('"email": "‹text of 19›"');
    expect(payload).not.toContain("test@bookingbug.com");
    await press(page, "Show payload");
    await reads(/Personal data is shown/);
    expect(await notifications.textContent()).toContain("test@bookingbug.com");
    await page.goto("/admin/bookings/11610441");
    await reads(/admin looked at the payload with personal data/);
  });

  it("throws away what cannot be read, with a reason", async () => {
    await system.post("bookings", "not JSON");
    await page.goto("/admin/quarantine");
    await reads(/not JSON at line 1, column 1/);
    await press(page, /^Read all again/);
    await press(page, "Start: read the quarantine again 1 delivery");
    await over("1 of 1 delivery over");
    await reads(/1 still cannot be read/);
    await page.goto("/admin/quarantine");
    await press(page, /^Discard [0-9a-f]{8}$/);
    await type(page, "Reason", "a test of the network");
    await page.keyboard.press("Enter");
    await reads(/1 delivery discarded/);
    await reads(/Nothing in quarantine/);
  });
});

describe("an admin", () => {
  it("tries a mapping: mistakes where they are, values beside those in force, the difference, the CRM's word", async () => {
    await system.deliver(
      "bookings",
      purchase((body) => {
        body._embedded.client.first_name = "Ada";
      }),
    );
    await page.goto("/admin/mappings?file=mappings%2Fsalesforce.yaml&line=22");
    await page.locator(".cm-editor").waitFor();
    await reads(/FirstName Ada/);
    const line = page.locator(".cm-line", { hasText: "FirstName:" });
    expect(await line.textContent()).toContain("client.first_name");
    await editLine(page, "FirstName:", '      FirstName: "client.first_name | upcase"');
    await reads(/FirstName ADA.*Changed was Ada/);
    await reads(/\+ FirstName: "client.first_name \| upcase"/);

    await editLine(page, "FirstName:", "      FirstName: client.first_name | upcaze");
    await reads(/1 mistake/);
    await reads(/upcaze/);
    await eventually(async () => expect(await page.locator(".cm-lint-marker-error").count()).toBe(1));

    await editLine(page, "FirstName:", "      FirstNome: client.first_name");
    await reads(/FirstNome Ada/);
    await tabTo(page, "Check against the CRM");
    await page.keyboard.press("Enter");
    await reads(/`Contact` has no field `FirstNome`; did you mean `FirstName`/);
  });

  it("is told where a text could not be tried, and not that it has no mistakes [F5]", async () => {
    await page.goto("/admin/mappings?file=mappings%2Fsalesforce.yaml");
    await page.locator(".cm-editor").waitFor();
    await reads(/What it writes/);
    // As the page to sign in is answered.
    await page.route("**/admin/mappings/live", (route) => route.fulfill({ contentType: "text/html", body: "Sign in" }));
    await editLine(page, "FirstName:", "      FirstName: client.first_name | upcaze");
    await reads(/could not be tried: you are signed out/);
    await eventually(async () => expect(await page.locator(".cm-lint-marker-error").count()).toBe(1));
    await page.unroute("**/admin/mappings/live");
    await editLine(page, "FirstName:", "      FirstName: client.first_name");
    await reads(/What it writes/);
  });

  it("is offered what may stand at a place", async () => {
    await page.goto("/admin/mappings?file=mappings%2Fsalesforce.yaml");
    await page.locator(".cm-editor").waitFor();
    await editLine(page, "several: hold", "    several: ");
    await page.keyboard.press("Control+Space");
    const options = page.locator(".cm-tooltip-autocomplete li");
    await eventually(async () => expect(await options.allTextContents()).toEqual(["hold", "newest", "oldest"]));
    await page.keyboard.press("Escape");
  });

  it("has the plain text field, and the same results, without scripts", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const context = await browser.newContext({
      baseURL: system.url,
      javaScriptEnabled: false,
      httpCredentials: { ...ADMIN, origin: system.url, send: "always" },
    });
    const plain = await context.newPage();
    await plain.goto("/admin/mappings?file=mappings%2Fhubspot.yaml");
    const field = plain.locator("textarea[name=yaml]");
    await field.fill((await field.inputValue()).replace("client.first_name", "client.first_nome | downcase | nope"));
    await plain.getByRole("button", { name: "Try it" }).click();
    expect(await plain.locator("main").textContent()).toMatch(/1 mistake.*nope/s);
    await context.close();
  });

  it("gets to the queues and back", async () => {
    await page.goto("/admin");
    await press(page, "Queues");
    await page
      .getByRole("link", { name: /sync-salesforce/ })
      .first()
      .waitFor();
    await page.goto("/admin");
  });
});

describe("the pages", () => {
  it("caused no complaint of the browser", () => {
    expect(complaints).toEqual([]);
  });
});

/** Puts the caret into the line with the keyboard's find, and types another line in its place. */
async function editLine(on: Page, content: string, replacement: string): Promise<void> {
  await on.locator(".cm-content").focus();
  await on.keyboard.press("Control+f");
  await on.keyboard.type(content);
  await on.keyboard.press("Enter");
  await on.keyboard.press("Escape");
  await on.keyboard.press("Home");
  await on.keyboard.press("Home");
  await on.keyboard.press("Shift+End");
  await on.keyboard.type(replacement);
  await on.keyboard.press("Escape");
}
