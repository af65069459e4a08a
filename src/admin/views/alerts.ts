/** What people were told of and is not over, and who sees to it. */
import type { Announced } from "../../health/announced.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { ago } from "./time.ts";

/** Nobody reads more of them on the overview; those that nobody sees to come first. */
const MOST = 20;

/** @returns undefined where nobody was told of anything */
export function alertsCard(announced: readonly Announced[], now: number, formToken: string): Html | undefined {
  const lasting = announced
    .filter(({ isEvent }) => isEvent === undefined)
    .toSorted((a, b) => rank(a) - rank(b) || a.since.localeCompare(b.since));
  if (lasting.length === 0) return undefined;
  const more = lasting.length - MOST;
  return html`<section class="card" aria-labelledby="alerts"><h2 id="alerts">Alerts</h2>
<p class="quiet">What people were told of and is not over.</p>
<ul class="findings">${lasting.slice(0, MOST).map((one) => html`<li>${item(one, now, formToken)}</li>`)}</ul>
${more > 0 && html`<p>And ${more} more.</p>`}</section>`;
}

function rank({ acknowledged }: Announced): number {
  return acknowledged === undefined ? 0 : 1;
}

function item({ key, title, path, since, acknowledged }: Announced, now: number, formToken: string): Html {
  const what = path !== undefined ? html`<a href="${path}">${title}</a>` : title;
  const state =
    acknowledged === undefined
      ? buttonForm({
          action: "/admin/alerts/acknowledge",
          formToken,
          hidden: { alert: key },
          button: "Acknowledge",
          about: title,
        })
      : html`Acknowledged by <bdi>${acknowledged.by}</bdi>, ${ago(acknowledged.at, now)}.`;
  return html`${what}, told ${ago(since, now)}. ${state}`;
}
