/** Two texts line by line, as a patch. */
import { structuredPatch } from "diff";
import { type Html, html } from "./html.ts";

const CONTEXT_LINES = 3;

export function textDiff(before: string, after: string, name: string): Html {
  const { hunks } = structuredPatch(name, name, before, after, "", "", { context: CONTEXT_LINES });
  if (hunks.length === 0) return html`<p class="quiet">No difference.</p>`;
  const lines = hunks.flatMap((hunk) => [
    html`<span class="place">line ${hunk.newStart}</span>`,
    ...hunk.lines.map(line),
  ]);
  return html`<pre class="diff" tabindex="0" aria-label="Difference">${lines}</pre>`;
}

/** The sign at its head says what a line is; the colour only repeats it. */
function line(text: string): Html {
  if (text.startsWith("+")) return html`<ins>${text}</ins>`;
  if (text.startsWith("-")) return html`<del>${text}</del>`;
  return html`<span>${text}</span>`;
}
