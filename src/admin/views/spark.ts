/** A row of small bars, drawn on the server, with its numbers as text for who does not see it. */

import { type Html, html } from "./html.ts";
import type { Tone } from "./parts.ts";

const WIDTH = 120;
const HEIGHT = 26;
/** Between bars; less where there are too many for it. */
const GAP = 1;
const MOST_GAP_SHARE = 0.3;

export interface Spark {
  /** What the bars are, such as "Applied per hour, the last day". */
  readonly label: string;
  /** Oldest first; undefined where nobody looked. */
  readonly values: readonly (number | undefined)[];
  readonly tone: Tone;
}

/** Scaled to its own highest bar, which is named at its height; a value that is not 0 is always seen. */
export function spark({ label, values, tone }: Spark): Html {
  const highest = Math.max(1, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length);
  const width = step - Math.min(GAP, step * MOST_GAP_SHARE);
  const bars = values.map((value, index) => {
    const height = value === undefined || value === 0 ? 0 : Math.max(2, (value / highest) * (HEIGHT - 1));
    if (height === 0) return undefined;
    const x = (index * step).toFixed(1);
    const y = (HEIGHT - height).toFixed(1);
    return html`<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  const numbers = values.map((value) => value ?? "unknown").join(", ");
  const axis = values.some((value) => value !== undefined && value > 0) ? highest.toLocaleString("en") : "";
  return html`<span class="bars" data-highest="${axis}"><svg class="spark ${tone}" role="img" aria-label="${label}, oldest first: ${numbers}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" preserveAspectRatio="none">
<line x1="0" x2="${WIDTH}" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/>${bars}</svg></span>`;
}
