/** What stands in the place of every page while Redis cannot be reached. It needs nothing else, style sheets included. */
import { Html, html } from "./html.ts";

const STYLE = new Html(`
:root{color-scheme:light dark}
body{margin:0 auto;max-width:40rem;padding:2rem 1.25rem;font:1rem/1.55 system-ui,sans-serif}
h1{font-size:2rem;line-height:1.2}
`);

export interface Away {
  /** Whether a button was pressed. */
  readonly changes: boolean;
  readonly styleNonce: string;
}

export function awayPage({ changes, styleNonce }: Away): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Redis cannot be reached · CRM sync</title>
<style nonce="${styleNonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>Redis cannot be reached</h1>
<p>Everything that these pages show is there. ${
    changes
      ? html`<strong>What you pressed may not have been done:</strong> look again once the page is back.`
      : "What was acknowledged before is kept there."
  }</p>
<h2>What still works</h2>
<p>The service runs. It answers BookingBug <code>503</code> until Redis is back, and goes on by itself then. Meanwhile no CRM is brought up to date, and nothing is retried.</p>
<h2>What to do</h2>
<p>See whether Redis runs and can be reached from here: <code>REDIS_URL</code>, its provider's status page, and the service's log, which has the reason. Then reload this page. What BookingBug did not post again is read back with <code>crm-sync reconcile</code>.</p>
</main>
</body>
</html>
`;
}
