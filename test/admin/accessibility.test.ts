/** No page keeps anybody out: axe-core finds no serious fault, light or dark, wide or narrow. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { createHistory } from "../../src/reconcile/history.ts";
import { createVerdicts } from "../../src/reconcile/verdicts.ts";
import { aVerdict } from "../reconcile/verdicts.ts";
import { aWalk } from "../reconcile/walks.ts";
import { signedIn, startBrowser } from "../support/browser.ts";
import { playScenes } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let browser: Browser;
let causes: string[];

beforeAll(async () => {
  system = await startSystem();
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
  const verdicts = createVerdicts({ redis, keys, retentionDays: 30 });
  await verdicts.note(
    "salesforce",
    aVerdict({
      different: { gone: 1, merged: 1, differs: 1 },
      differences: [
        { kind: "gone", ...at },
        { kind: "merged", into: "a0B5g00000Xz", ...at },
        { kind: "differs", fields, ...at },
      ],
    }),
  );
  await verdicts.note("salesforce", aVerdict({ outcome: { kind: "broke_off", why } }));
  await verdicts.note("hubspot", aVerdict({ underWay: 2, outcome: { kind: "share_used" } }));
  const context = await signedIn(browser, system.url);
  const page = await context.newPage();
  await page.goto("/admin/failed");
  causes = await page
    .locator(".cause .actions > a")
    .evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
  await context.close();
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n${failureSummary}`),
    );
}

const PAGES = [
  "/admin",
  "/admin/bookings",
  "/admin/bookings/1000",
  "/admin/bookings/2001",
  "/admin/failed",
  "/admin/held",
  "/admin/failed?from=2036-01-01T18:00&to=2036-01-02T08:00",
  "/admin/held/salesforce/3001",
  "/admin/held/hubspot/11610441",
  "/admin/quarantine",
  "/admin/mappings",
  "/admin/reconciliation",
  "/admin/audit",
  "/admin/bookings/404",
];

describe("every page", () => {
  let page: Page;
  beforeAll(async () => {
    page = await (await signedIn(browser, system.url)).newPage();
  });

  /** Wide and light, then narrow and dark. */
  async function expectUsable(path: string): Promise<void> {
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(path);
    if (path === "/admin/mappings") await page.locator(".cm-editor").waitFor();
    // What is folded away is looked at as well.
    await page.locator("details").evaluateAll((all) => all.map((one) => one.setAttribute("open", "")));
    expect(await faultsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await faultsOf(page)).toEqual([]);
    const sideways = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect(sideways).toBeLessThanOrEqual(0);
  }

  it.each(PAGES)("can be used by everybody: %s", expectUsable);

  it("can be used by everybody: the purchases of each cause", async () => {
    expect(causes.length).toBeGreaterThan(2);
    for (const path of causes.slice(0, 3)) await expectUsable(path);
  });
});
