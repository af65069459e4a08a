/** No page keeps anybody out: axe-core finds no serious fault, the browser none, light or dark, wide or narrow [I3]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { routes } from "../../src/admin/routes.ts";
import { settle } from "../../src/drift/keep.ts";
import { createDriftStore } from "../../src/drift/store.ts";
import { createHistory } from "../../src/reconcile/history.ts";
import { createSchemaSeen } from "../../src/stats/schema-seen.ts";
import { aDrifted } from "../drift/drifted.ts";
import { aSchemaChange, aSchemaLook } from "../operate/schema-looks.ts";
import { aWalk } from "../reconcile/walks.ts";
import { createAdminClient } from "../support/admin.ts";
import { faultsOf } from "../support/axe.ts";
import { signedIn, startBrowser } from "../support/browser.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { twoBookings } from "../support/payloads.ts";
import { veraAndOtto } from "../support/people.ts";
import { playScenes } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let browser: Browser;
let pages: readonly string[];
const complaints: string[] = [];

beforeAll(async () => {
  system = await startSystem({ env: { ADMIN_USERS: await veraAndOtto() } });
  browser = await startBrowser();
  await playScenes(system);
  const { redis, keys } = system;
  const why = "BookingBug answered 503 four times. See whether it is there.";
  const neverCame = [{ hour: "2026-11-26T02:00:00.000Z", count: 3, why: ["down" as const, "quarantined" as const] }];
  const walks = createHistory({ redis, keys, retentionDays: 30 });
  await walks.note(aWalk({ outcome: { kind: "broke_off", why }, inCrms: { salesforce: 9, hubspot: 8 }, neverCame }));
  const at = {
    purchaseId: "2001",
    section: "appointment",
    object: "Bookings__c_of_a_name_that_is_long__c",
    id: "a0B5g00000Xy",
  };
  const fields = ["Appointment_Start_Date_And_Time__c", `Custom_${"x".repeat(60)}__c`];
  const excerpt = `      Custom_${"x".repeat(60)}__c: booking.service_name`;
  const places = [{ file: "salesforce.yaml", line: 62, column: 22, excerpt }];
  const changes = [aSchemaChange({ field: `Custom_${"x".repeat(60)}__c`, places })];
  await createSchemaSeen({ redis, keys }).note("salesforce", aSchemaLook({ issues: changes }), {});
  const drift = createDriftStore({ redis, keys, crm: "salesforce", retentionDays: 30 });
  const long = { theirs: `Typed-${"x".repeat(90)}`, by: "Rosa Rep", at: "2026-11-26T02:00:00.000Z" };
  await drift.keep(aDrifted({ ...at, id: "1", fields: fields.map((field) => ({ field, ...long })) }));
  await drift.keep(aDrifted({ ...at, id: "2", kind: "deleted" }));
  await settle({ store: drift });
  pages = [...(await everyPage()), "/admin/drift?crm=salesforce"];
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

/** Every route that a browser loads, with what there is of each of its parameters, and lists that are asked for something. */
async function everyPage(): Promise<string[]> {
  const admin = createAdminClient(system);
  const asked = { action: "retry", crm: "salesforce" };
  const { location: job = "" } = await admin.post("/admin/jobs", asked);
  const [purchase, failed, held] = await Promise.all(
    ["/admin/bookings/1000", "/admin/failed", "/admin/held"].map(async (path) => (await admin.get(path)).html),
  );
  const causes = [...`${failed}${held}`.matchAll(/href="(\/admin\/failed\/\w+\/[^"?#]+)"/g)].map(
    ([, path = ""]) => path,
  );
  const values: Readonly<Record<string, readonly string[]>> = {
    "/bookings/:purchaseId": ["/admin/bookings/1000", "/admin/bookings/2001"],
    "/failed/:crm/:cause": [...new Set(causes)],
    "/held/:crm/:purchaseId": ["/admin/held/salesforce/3001", `/admin/held/hubspot/${twoBookings().id}`],
    "/mappings/history/:version": [/\/admin\/mappings\/history\/\w+/.exec(purchase ?? "")?.[0] ?? ""],
    "/jobs/new": ["retry", "dismiss"].map((action) => `/admin/jobs/new?${new URLSearchParams({ ...asked, action })}`),
    "/jobs/:job": [job],
  };
  const loaded = routes.filter(({ method, path }) => method === "get" && !path.endsWith("/download"));
  const found = loaded.flatMap(({ path }) => values[path] ?? [`/admin${path}`]);
  expect(found.filter((path) => path === "" || path.includes(":"))).toEqual([]);
  expect(causes.length).toBeGreaterThan(2);
  return [...found, "/admin/failed?from=2036-01-01T18:00&to=2036-01-02T08:00", "/admin/bookings?waiting=hubspot"];
}

const SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth";
/** What is laid out depends on the width, and what it is coloured with on the scheme. */
const LOOKS = [
  { width: 1280, colorScheme: "light", rules: "all" },
  { width: 1280, colorScheme: "dark", rules: "colours" },
  { width: 390, colorScheme: "light", rules: "colours" },
  { width: 390, colorScheme: "dark", rules: "all" },
] as const;

/** Wide and narrow, light and dark, on the same load. @returns what is wrong */
async function wrongWith(page: Page): Promise<string[]> {
  // What is folded away is looked at as well.
  await page.locator("details").evaluateAll((all) => all.map((one) => one.setAttribute("open", "")));
  const wrong: string[] = [];
  for (const { width, colorScheme, rules } of LOOKS) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    wrong.push(...(await faultsOf(page, rules)).map((fault) => `${width}, ${colorScheme}: ${fault}`));
    const sideways = await page.evaluate<number>(SIDEWAYS);
    if (sideways > 0) wrong.push(`${width}: ${sideways} px wider than the window`);
  }
  return wrong;
}

async function open(options: { readonly isSignedIn: boolean }): Promise<Page> {
  const context = options.isSignedIn
    ? await signedIn(browser, system.url)
    : await browser.newContext({ baseURL: system.url, reducedMotion: "reduce" });
  // Where people have names nobody is asked for Basic credentials: they are sent unasked.
  if (options.isSignedIn) await context.setExtraHTTPHeaders({ authorization: basic(ADMIN) });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return page;
}

describe("every page", () => {
  it("can be used by everybody, and the browser has no complaint [I3]", async () => {
    const page = await open({ isSignedIn: true });
    const wrong: Record<string, readonly string[]> = {};
    for (const path of pages) {
      await page.goto(path);
      if (path === "/admin/mappings") await page.locator(".cm-editor").waitFor();
      const found = await wrongWith(page);
      if (found.length > 0) wrong[path] = found;
    }
    expect(wrong).toEqual({});
    expect(complaints).toEqual([]);
    expect(pages.length).toBeGreaterThan(20);
  }, 280_000);

  it("is like that where somebody signs in, where nothing is, and where Redis is away [I3]", async () => {
    const stranger = await open({ isSignedIn: false });
    await stranger.goto("/admin/sign-in");
    expect(await wrongWith(stranger)).toEqual([]);
    expect(complaints).toEqual([]);

    // A browser itself notes the status of what it loads.
    const page = await open({ isSignedIn: true });
    await page.goto("/admin/bookings/404");
    expect(await wrongWith(page)).toEqual([]);
    await system.server.kill();
    const away = await page.goto("/admin").then(async () => {
      return { text: await page.locator("body").textContent(), wrong: await wrongWith(page) };
    });
    await system.server.restart();
    expect(away.text).toContain("Redis cannot be reached");
    expect(away.wrong).toEqual([]);
    expect(complaints.filter((text) => !/the server responded with a status of (404|503)/.test(text))).toEqual([]);
  });
});
