/** The frame of every page: head, navigation, main part. */

import type { SignedIn } from "../access/user.ts";
import { ASSETS } from "../assets/assets.ts";
import type { Section } from "../page.ts";
import { type Html, html } from "./html.ts";
import { type PausedCrm, pauseBanner } from "./pauses.ts";

/** What the navigation counts. */
export interface Counts {
  readonly failed: number;
  readonly held: number;
  readonly quarantined: number;
  readonly paused: readonly PausedCrm[];
}

export interface Frame {
  readonly title: string;
  readonly section: Section | undefined;
  readonly notice: string | undefined;
  readonly counts: Counts;
  readonly who: SignedIn;
  readonly now: number;
  readonly body: Html;
}

/** What every page tells a browser about itself. */
export function head(title: string): Html {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · CRM sync</title>
<link rel="icon" href="${ASSETS.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${ASSETS.pico}">
<link rel="stylesheet" href="${ASSETS.style}">
</head>`;
}

export function layout({ title, section, notice, counts, who, now, body }: Frame): Html {
  return html`<!doctype html>
<html lang="en">
${head(title)}
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/admin">CRM sync</a>
<nav aria-label="Main">
<ul class="sections">
${link("/admin", "Overview", section === "overview")}
${link("/admin/bookings", "Bookings", section === "bookings")}
${link("/admin/failed", "Failed", section === "failed", counts.failed)}
${link("/admin/held", "Held", section === "held", counts.held)}
${link("/admin/quarantine", "Quarantine", section === "quarantine", counts.quarantined)}
${link("/admin/mappings", "Mappings", section === "mappings")}
${link("/admin/reconciliation", "Reconciliation", section === "reconciliation")}
${link("/admin/drift", "Drift", section === "drift")}
${link("/admin/jobs", "Jobs", section === "jobs")}
${link("/admin/audit", "Audit", section === "audit")}
${who.role === "operator" && link("/admin/queues", "Queues", false)}
</ul>
</nav>
${whoIsHere(who)}
</header>
<main id="main" tabindex="-1">
<div role="status" class="notices">${notice !== undefined && html`<p class="notice">${notice}</p>`}</div>
${pauseBanner(counts.paused, now)}
${body}
</main>
<footer><small>Appointments are by the clock where they take place, other times UTC. Point at one to read the exact instant.</small></footer>
</body>
</html>
`;
}

/** Who sends Basic credentials along cannot be signed out: a browser keeps them until it is closed. */
function whoIsHere({ name, role, session }: SignedIn): Html {
  const signOut =
    session !== undefined &&
    html`<form method="post" action="/admin/sign-out"><button type="submit" class="quiet">Sign out</button></form>`;
  return html`<div class="who"><span><bdi>${name}</bdi>${role === "viewer" && html` <span class="quiet">may look</span>`}</span>${signOut}</div>`;
}

function link(href: string, text: string, isCurrent: boolean, count = 0): Html {
  const badge = count > 0 && html` <span class="count">${count}</span>`;
  return html`<li class="section"><a href="${href}"${isCurrent && html` aria-current="page"`}>${text}${badge}</a></li>`;
}
