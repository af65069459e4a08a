/** bull-board's page in a browser: it asks for nothing elsewhere, complains of nothing, and keeps nobody out [I2]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { faultsOf } from "../support/axe.ts";
import { signedIn, startBrowser } from "../support/browser.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let browser: Browser;
beforeAll(async () => {
  system = await startSystem();
  browser = await startBrowser();
  const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };
  await system.deliver("bookings", somebodys(1, ada));
  await system.deliver("bookings", somebodys(2, ada, tooLong));
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

/** Its own, which no option of it mends: buttons and a picture that bear no name. */
const ITS_OWN = ["button-name", "svg-img-alt"];

describe.each(["light", "dark"] as const)("the queues' own page, %s", (colorScheme) => {
  it("asks for nothing elsewhere, makes the browser complain of nothing, and can be read by everybody [I2]", async () => {
    const context = await signedIn(browser, system.url, { colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => hosts.add(new URL(request.url()).origin));
    const faults: string[] = [];
    for (const path of ["", "/queue/sync-salesforce?status=failed", "/queue/sync-salesforce?status=completed"]) {
      await page.goto(`/admin/queues${path}`);
      await page
        .getByRole("link", { name: /sync-salesforce/ })
        .first()
        .waitFor();
      await page.waitForLoadState("networkidle");
      faults.push(...(await faultsOf(page)));
    }
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([system.url]);
    expect(faults.filter((fault) => !ITS_OWN.some((own) => fault.startsWith(`${own}:`)))).toEqual([]);
    await context.close();
  });
});
