/** A real OpenID Connect provider on this machine, which lets in whom it is told to, and the dashboard that trusts it. */
import { createServer } from "node:http";
import Provider, { type KoaContextWithOIDC } from "oidc-provider";
import type { Answer, SomeBrowser } from "./people.ts";
import { freePorts } from "./ports.ts";
import { startSystem, type TestSystem } from "./system.ts";

const OIDC_CLIENT = { id: "crm-sync", secret: "the client's long secret" } as const;

/** By their `sub`. */
const ACCOUNTS: Readonly<Record<string, Record<string, unknown>>> = {
  olga: { preferred_username: "olga@example.com", roles: ["staff", "crm-operators"] },
  vic: { preferred_username: "vic@example.com", roles: "crm-viewers" },
  nadia: { preferred_username: "nadia@example.com", roles: ["staff", "crm-operators-of-another"] },
  otto: { preferred_username: "otto", roles: ["crm-operators"] },
};

interface TestProvider {
  readonly issuer: string;
  /** What it does to an answer of its own before that is sent. */
  tamper: ((context: KoaContextWithOIDC) => void) | undefined;
  /** Its claims come with the ID token, or from the userinfo endpoint alone. */
  claims: Record<string, Record<string, unknown>>;
  /** Goes where the dashboard sent the browser, as somebody. @returns where the provider sends it back to */
  login(url: string, sub: string): Promise<string>;
  stop(): Promise<void>;
}

async function startProvider(callback: string, options: { readonly small?: boolean }): Promise<TestProvider> {
  const [port = 0] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  let who = "";
  // It warns that its keys and its memory are for tests alone, which they are.
  const { warn } = console;
  console.warn = () => {};
  const oidc = new Provider(issuer, {
    clients: [{ client_id: OIDC_CLIENT.id, client_secret: OIDC_CLIENT.secret, redirect_uris: [callback] }],
    claims: { profile: ["preferred_username", "roles"], email: ["email", "email_verified"] },
    conformIdTokenClaims: options.small === true,
    cookies: { keys: ["a key of the test's"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...provider.claims[sub], sub }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc: { client, session, provider: of } }) {
      const ids = { clientId: client?.clientId, accountId: session?.accountId };
      const grant = new of.Grant(ids as Required<typeof ids>);
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Grant: 600, Session: 600, IdToken: 600, AccessToken: 600, AuthorizationCode: 60 },
  });
  console.warn = warn;
  oidc.use(async (context, next) => {
    await next();
    provider.tamper?.(context as KoaContextWithOIDC);
  });
  const answer = oidc.callback();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    void oidc.interactionFinished(request, response, { login: { accountId: who } });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  const provider: TestProvider = {
    issuer,
    tamper: undefined,
    claims: { ...ACCOUNTS },
    async login(url, sub) {
      who = sub;
      const cookies = new Map<string, string>();
      let at = url;
      while (!at.startsWith(callback)) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(at, { redirect: "manual", headers: { cookie } });
        for (const set of response.headers.getSetCookie()) {
          const [name = "", value = ""] = set.split(";")[0]?.split(/=(.*)/s) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get("location");
        if (location === null) throw new Error(`the provider said ${response.status}: ${await response.text()}`);
        at = new URL(location, at).href;
      }
      return at;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

export interface Trusting {
  readonly system: TestSystem;
  readonly provider: TestProvider;
  /** From the sign-in page to the provider. @returns where the dashboard sends the browser */
  begin(browser: SomeBrowser, to?: string): Promise<string>;
  /** All the way. @returns what the dashboard says to who comes back */
  signIn(browser: SomeBrowser, sub: string, to?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startTrusting(
  env: Readonly<Record<string, string>> = {},
  options: { readonly small?: boolean } = {},
): Promise<Trusting> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const provider = await startProvider(`${url}/admin/sign-in/callback`, options);
  const system = await startSystem({ env: { ...oidcEnvironment(url, provider.issuer), PORT: String(port), ...env } });

  async function begin(browser: SomeBrowser, to = "/admin"): Promise<string> {
    const { location = "" } = await browser.get(`/admin/sign-in/provider?${new URLSearchParams({ to })}`);
    return location;
  }
  return {
    system,
    provider,
    begin,
    async signIn(browser, sub, to) {
      return await browser.get(await provider.login(await begin(browser, to), sub));
    },
    async stop() {
      await system.stop();
      await provider.stop();
    },
  };
}

export function oidcEnvironment(url: string, issuer: string): Readonly<Record<string, string>> {
  return {
    DASHBOARD_URL: url,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: OIDC_CLIENT.id,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    OIDC_OPERATORS: "crm-operators",
    OIDC_VIEWERS: "crm-viewers, crm-lookers",
  };
}
