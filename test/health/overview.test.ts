/** The overview on a bad day, as a browser lays it out: the verdict is the largest thing, whole, and leads on [V1] [V2]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { signedIn, startBrowser } from "../support/browser.ts";
import { playScenes } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let browser: Browser;

beforeAll(async () => {
  system = await startSystem();
  browser = await startBrowser();
  await playScenes(system);
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

interface Laid {
  readonly text: string;
  readonly largest: string;
  readonly top: number;
  readonly tooWide: boolean;
}

const LAID = `(() => {
  const sizeOf = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
  const all = [...document.querySelectorAll("main *")].filter((element) => element.innerText);
  const largest = all.toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
  return {
    text: document.querySelector("main").innerText.replace(/\\s+/g, " "),
    largest: largest.innerText.replace(/\\s+/g, " "),
    top: largest.getBoundingClientRect().top,
    tooWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  };
})()`;

describe.each([1280, 390])("the overview on a bad day, %i wide", (width) => {
  it("says in its largest words that something is wrong, then what and what to do, and leads there in one click", async () => {
    const context = await signedIn(browser, system.url, { width });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto("/admin");
    const { text, largest, top, tooWide } = await page.evaluate<Laid>(LAID);
    expect(largest).toBe("✕ Appointments are late or wrong in a CRM.");
    expect(top).toBeLessThan(600);
    expect(tooWide).toBe(false);
    expect(text).toMatch(
      /late or wrong in a CRM\. ✕ (Failed|Failing|Growing) .*Next: .*HubSpot: .*deliveries are in quarantine/i,
    );
    expect(text).not.toMatch(/✓ Healthy|Everything runs|Catching up/);
    await page.locator(".verdict a", { hasText: "Failed" }).first().click();
    await page.waitForURL("**/admin/failed#crm-salesforce");
    expect(complaints).toEqual([]);
    await context.close();
  });
});
