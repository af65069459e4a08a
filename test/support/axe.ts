/** What axe-core finds on a page that keeps somebody out. */
import axe from "axe-core";
import type { Page } from "playwright-core";

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** @param rules `colours`: what they alone can break. @returns its serious and critical faults, in words */
export async function faultsOf(page: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  const only = rules === "colours" ? { runOnly: ["color-contrast"] } : {};
  const options = JSON.stringify({ resultTypes: ["violations"], ...only });
  const { violations } = await page.evaluate<Found>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n${failureSummary}`),
    );
}
