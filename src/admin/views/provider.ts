/** What is said where the identity provider, or what it says of somebody, lets nobody in. */
import type { ProviderErrorKind } from "../../people/provider-error.ts";
import { type Html, html } from "./html.ts";
import { signInFrame } from "./sign-in.ts";

interface Words {
  readonly title: string;
  readonly next: string;
}

function wordsOf(kind: ProviderErrorKind, provider: string): Words {
  switch (kind) {
    case "away":
      return {
        title: `${provider} does not answer`,
        next: "Nobody can be signed in by it at this moment. Try again in a minute. If it goes on, look whether it is down, and whether this service gets to OIDC_ISSUER.",
      };
    case "settings":
      return {
        title: `${provider} does not know this service`,
        next: "Ask whoever runs this service to compare OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET with what the provider has. The log of the web process says what it answered.",
      };
    case "stale":
      return {
        title: "This sign-in is over",
        next: "It was begun in another browser or under another address, it took more than ten minutes, or it was used before. Sign in again.",
      };
    case "denied":
      return {
        title: `${provider} did not let you in`,
        next: "You may have cancelled, or you are not among those who may use this service there. Try again, or ask whoever looks after the provider.",
      };
  }
}

export function providerProblemPage(view: {
  readonly kind: ProviderErrorKind;
  readonly provider: string;
  readonly to: string;
}): Html {
  const { title, next } = wordsOf(view.kind, view.provider);
  const to = new URLSearchParams({ to: view.to }).toString();
  return signInFrame(
    title,
    html`<h1>${title}</h1>
<p role="alert">${next}</p>
<p><a href="/admin/sign-in/provider?${to}" role="button">Try again</a></p>
<p>Whoever has a password of this service gets in <a href="/admin/sign-in?${to}">with that</a> meanwhile.</p>`,
  );
}

export function noRolePage(view: { readonly name: string; readonly provider: string; readonly claim: string }): Html {
  return signInFrame(
    "No access",
    html`<h1>You have no access yet</h1>
<p role="alert">${view.provider} knows you as <bdi>${view.name}</bdi>, and nothing it says of you lets you in here.</p>
<p>Ask whoever runs this service to make you a viewer or an operator: by one of the values that OIDC_VIEWERS and OIDC_OPERATORS name, in your claim <code>${view.claim}</code>. Then <a href="/admin/sign-in">sign in again</a>.</p>`,
  );
}
