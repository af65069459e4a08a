/** Uses a page as somebody does who has no mouse. */
import type { Page } from "playwright-core";

const MOST_TABS = 300;

/** Tabs to the next link, button or field of this name, as a person would read it. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < MOST_TABS; i += 1) {
    await page.keyboard.press("Tab");
    const focused = await nameOfFocused(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused);
  }
  throw new Error(`Tab never reached ${name}; it passed ${[...new Set(seen)].join(" | ")}`);
}

/** Tabs there and presses Enter; when that leads to a page, waits for it. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name);
  const leads = await page.evaluate<boolean>("document.activeElement.matches('a[href], [type=submit]')");
  const loaded = leads ? page.waitForEvent("load") : undefined;
  await page.keyboard.press("Enter");
  await loaded;
}

/** Tabs to a field and types into it. */
export async function type(page: Page, name: string | RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

function nameOfFocused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const one = document.activeElement;
    const text = one?.getAttribute("aria-label") || one?.labels?.[0]?.textContent || one?.textContent || "";
    return text.replace(/\\s+/g, " ").trim();
  })()`);
}
