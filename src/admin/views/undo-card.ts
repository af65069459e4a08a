/** How what a version of a mapping wrote is taken back: the commands to copy. */
import type { PastVersion } from "../../stats/mapping-versions.ts";
import { type Html, html } from "./html.ts";

export function undoCard({ crm, version, file, until }: PastVersion): Html {
  const command = `bin/crm-sync undo --crm ${crm} --mapping-version ${version}`;
  const first =
    until === undefined &&
    html`<p>This version is in force: take <code>${file}</code> back first, or the next notification of a purchase writes it again.</p>`;
  return html`<section class="card" aria-labelledby="undo"><h2 id="undo">Undo what this version wrote</h2>${first}
<p><code>${command}</code> shows which fields of which records would get back what they held, what is left because somebody has edited it since or because it is not known what it held, and which records this version made. It writes nothing.</p>
<p><code>${command} --apply</code> does it. With <code>--created cancel</code> or <code>--created remove</code> the bookings' records that it made are cancelled or deleted; without, they stay.</p></section>`;
}
