/** `npm run screenshots [-- folder [page,page]]`: every page of the dashboard, light and dark, wide and narrow, to be looked at. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { signedIn, startBrowser } from "../test/support/browser.ts";
import { playHistory } from "../test/support/history.ts";
import { playScenes } from "../test/support/scenes.ts";
import { startSystem } from "../test/support/system.ts";

const folder = process.argv[2] ?? "screenshots";
const wanted = process.argv[3]?.split(",");

/** What was counted is in Redis after this long. */
const STATISTICS_MS = 2_500;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** What is done on the page before it is taken. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

async function shots(page: Page): Promise<Shot[]> {
  await page.goto("/admin/failed");
  const causes = await page
    .locator(".cause a[role=button]")
    .evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  return [
    { name: "overview", path: "/admin" },
    { name: "bookings", path: "/admin/bookings" },
    { name: "search", path: "/admin/bookings", prepare: (on) => search(on, "zoe") },
    { name: "booking", path: "/admin/bookings/1000" },
    { name: "booking-failed", path: "/admin/bookings/2001" },
    { name: "failed", path: "/admin/failed" },
    ...causes.map((path, index) => ({ name: `cause-${index}`, path: path ?? "" })),
    { name: "held-person", path: "/admin/held/salesforce/3001" },
    { name: "held-cancellation", path: "/admin/held/hubspot/11610441" },
    { name: "quarantine", path: "/admin/quarantine" },
    { name: "mappings", path: "/admin/mappings" },
    { name: "queues", path: "/admin/queues/" },
    { name: "not-found", path: "/admin/bookings/404" },
  ];
}

async function search(page: Page, query: string): Promise<void> {
  await page.getByRole("searchbox").fill(query);
  await page.keyboard.press("Enter");
}

await mkdir(folder, { recursive: true });
const system = await startSystem();
const browser = await startBrowser();
try {
  await playScenes(system);
  await playHistory(system);
  await sleep(STATISTICS_MS);
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      const context = await signedIn(browser, system.url, { colorScheme, width });
      const page = await context.newPage();
      page.on(
        "console",
        (message) => message.type() === "error" && process.stderr.write(`${page.url()}: ${message.text()}\n`),
      );
      for (const { name, path, prepare } of await shots(page)) {
        if (wanted !== undefined && !wanted.includes(name)) continue;
        await page.goto(path);
        await prepare?.(page);
        await page.waitForLoadState("networkidle");
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await system.stop();
}
process.exit(0);
