/** The page where somebody signs in, and what it says when they cannot. */
import { type Html, html } from "./html.ts";
import { head } from "./layout.ts";

export interface SignInView {
  /** Where they go then. */
  readonly to: string;
  readonly name: string;
  /** What is wrong, or what was done. */
  readonly notice: string | undefined;
  /** What the identity provider is called, where there is one. */
  readonly provider: string | undefined;
}

export function signInPage({ to, name, notice, provider }: SignInView): Html {
  const start = `/admin/sign-in/provider?${new URLSearchParams({ to })}`;
  return signInFrame(
    "Sign in",
    html`<h1>Sign in</h1>
${notice !== undefined && html`<p role="alert" class="notice">${notice}</p>`}
${provider !== undefined && html`<p><a href="${start}" role="button">Sign in with ${provider}</a></p><h2>Or with a password</h2>`}
<form method="post" action="/admin/sign-in">
<input type="hidden" name="to" value="${to}">
<label>Name<input type="text" name="name" value="${name}" required autocomplete="username" autocapitalize="off" spellcheck="false"></label>
<label>Password<input type="password" name="password" required autocomplete="current-password"></label>
<button type="submit"${provider !== undefined && html` class="secondary"`}>Sign in</button>
</form>`,
  );
}

export function sessionsAway(): Html {
  return signInFrame(
    "Redis cannot be reached",
    html`<h1>Redis cannot be reached</h1>
<p role="alert">Nobody can be known again until it answers. Look at Redis first; then reload this page. Whoever has ADMIN_USERNAME and its password gets in by HTTP Basic meanwhile.</p>`,
  );
}

/** A page for who is not signed in. */
export function signInFrame(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
${head(title)}
<body>
<header class="top"><span class="brand">CRM sync</span></header>
<main id="main" class="narrow"><section class="card">${body}</section></main>
</body>
</html>
`;
}
