/** A real Chromium, signed in to the dashboard. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

/** Far more than a slow and busy machine takes for anything that a browser is asked. */
const PATIENCE_MS = 120_000;

/** Where `bin/setup` puts it or finds it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/snap/bin/chromium",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error("No Chromium found. Run bin/setup, or set CHROME_PATH.");
  return await chromium.launch({
    executablePath,
    timeout: PATIENCE_MS,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** @param url of the service */
export async function signedIn(
  browser: Browser,
  url: string,
  { colorScheme = "light", width = 1280 }: Look = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    httpCredentials: { username: "admin", password: "admin-secret", origin: url, send: "always" },
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
