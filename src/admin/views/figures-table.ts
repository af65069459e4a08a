/** Counts of the last hour and the last day, each with its course. */
import type { CrmStatistics, Figures, Point } from "../../stats/statistics.ts";
import { type Html, html } from "./html.ts";
import { type Tone, table } from "./parts.ts";
import { spark } from "./spark.ts";
import { duration } from "./time.ts";

export interface FigureRow {
  readonly name: string;
  /** What is counted, in a few words. */
  readonly hint: string;
  readonly of: (point: Point) => number | undefined;
  readonly tone: Tone;
  /** `sum`: how often something happened; `last`: how many there are. */
  readonly total: "sum" | "last";
  /** The page that lists what is counted. */
  readonly href?: string | undefined;
}

/** @param more rows of another kind, to stand below the counts */
export function figuresTable(
  label: string,
  rows: readonly FigureRow[],
  { hour, day }: CrmStatistics,
  more: readonly Html[] = [],
): Html {
  const body = rows.map((row) => {
    const cells = [
      cell(row, hour, `${row.name} each five minutes of the last hour`),
      cell(row, day, `${row.name} each hour of the last day`),
    ];
    return html`<tr><th scope="row" title="${row.hint}">${row.href === undefined ? row.name : html`<a href="${row.href}">${row.name}</a>`}</th>${cells}</tr>`;
  });
  return table(
    label,
    [
      html`<span class="visually-hidden">Count</span>`,
      html`Last hour <small>each 5 min</small>`,
      html`Last day <small>each hour</small>`,
    ],
    [...body, ...more],
    "figures",
  );
}

function cell(row: FigureRow, points: readonly Point[], label: string): Html {
  const values = points.map(row.of);
  const known = values.filter((value) => value !== undefined);
  const total = row.total === "sum" ? known.reduce((sum, value) => sum + value, 0) : known.at(-1);
  return html`<td><div class="figure"><b>${total === undefined ? "–" : total.toLocaleString("en")}</b>${spark({ label, values, tone: row.tone })}</div></td>`;
}

/** How long notifications took from arrival to applied. */
export function lagRow({ lastHour, lastDay }: CrmStatistics): Html {
  const hint = "from arrival to applied: half of all, and 95 % of all, took no longer";
  return html`<tr><th scope="row" title="${hint}">Lag, p50, p95</th>${[lastHour, lastDay].map(lagCell)}</tr>`;
}

function lagCell({ lag }: Figures): Html {
  if (lag === undefined) return html`<td class="quiet">nothing applied</td>`;
  return html`<td><b class="together">${duration(lag.p50)}</b>, <b class="together">${duration(lag.p95)}</b></td>`;
}
