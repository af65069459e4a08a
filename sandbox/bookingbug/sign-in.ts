/** Both ways a server signs in: OAuth's client credentials, and an administrator's e-mail and password. */
import type { SandboxAnswer, SandboxRequest } from "../crm.ts";
import { type BookingBugSandboxOptions, PARENT } from "./options.ts";

/** What is accepted. */
export const BOOKINGBUG_SIGN_IN = {
  clientId: "bb-client",
  clientSecret: "bb-client-secret",
  appId: "bb-app",
  appKey: "bb-app-key",
  email: "admin@example.com",
  password: "bb-password",
} as const;

export interface SignIns {
  owns(path: string): boolean;
  handle(request: SandboxRequest): SandboxAnswer;
  /** Of the one who is signed in; undefined when nobody is. `all`: no company is closed to them. */
  companies(request: SandboxRequest): readonly number[] | "all" | undefined;
  expire(): void;
}

const LOGIN = /^\/api\/v\d+\/(login(?:\/admin)?)$/;

export function createSignIns(options: BookingBugSandboxOptions): SignIns {
  const {
    parent = PARENT,
    children = [],
    loginPath = "login/admin",
    tokenIn = "body",
    tokenSeconds,
    saysExpiry = true,
  } = options;
  const administrated = options.administrated ?? [parent];
  const tokens = new Map<string, { until: number; companies: readonly number[] | "all" }>();
  let issued = 0;

  function issue(companies: readonly number[] | "all"): string {
    issued += 1;
    const token = `bb-token-${issued}`;
    tokens.set(token, {
      companies,
      until: tokenSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + tokenSeconds * 1000,
    });
    return token;
  }

  function byClient({ body }: SandboxRequest): SandboxAnswer {
    const { grant_type, client_id, client_secret } = JSON.parse(body) as Record<string, unknown>;
    if (grant_type !== "client_credentials") return { status: 400, body: { error: "unsupported_grant_type" } };
    const isKnown = client_id === BOOKINGBUG_SIGN_IN.clientId && client_secret === BOOKINGBUG_SIGN_IN.clientSecret;
    if (!isKnown) return { status: 401, body: { error: "invalid_client" } };
    const expiry = saysExpiry && { expires_in: tokenSeconds ?? 7_200 };
    return { status: 200, body: { access_token: issue("all"), token_type: "Bearer", ...expiry } };
  }

  function byAdministrator(request: SandboxRequest): SandboxAnswer {
    const { email, password, id } = JSON.parse(request.body) as Record<string, unknown>;
    const isKnown =
      email === BOOKINGBUG_SIGN_IN.email && password === BOOKINGBUG_SIGN_IN.password && isApplication(request);
    if (!isKnown) return { status: 401, body: { error: "Invalid email or password" } };
    const all = administrated.map((company) => ({ id: company * 10, company_id: company }));
    const [one, ...others] = id === undefined ? all : all.filter((administrator) => administrator.id === id);
    if (one === undefined) return { status: 401, body: { error: "Invalid email or password" } };
    if (others.length > 0) return { status: 400, body: { _embedded: { administrators: all } } };
    const token = issue(one.company_id === parent ? [parent, ...children] : [one.company_id]);
    return tokenIn === "body"
      ? { status: 201, body: { auth_token: token, company_id: one.company_id } }
      : { status: 201, body: { company_id: one.company_id }, headers: { "Auth-Token": token } };
  }

  return {
    owns: (path) => path === "/oauth/token" || LOGIN.test(path),
    handle(request) {
      if (request.path === "/oauth/token") return byClient(request);
      const [, path] = LOGIN.exec(request.path) ?? [];
      return path === loginPath ? byAdministrator(request) : { status: 404, body: { error: "Not found" } };
    },
    companies(request) {
      const bearer = /^Bearer (.+)$/.exec(String(request.headers.authorization ?? ""))?.[1];
      const token = bearer ?? (isApplication(request) ? String(request.headers["auth-token"] ?? "") : "");
      const found = tokens.get(token);
      return found !== undefined && found.until > Date.now() ? found.companies : undefined;
    },
    expire: () => tokens.clear(),
  };
}

/** The key is wanted by older versions only. */
function isApplication({ headers, path }: SandboxRequest): boolean {
  const { appId, appKey } = BOOKINGBUG_SIGN_IN;
  return headers["app-id"] === appId && (path.startsWith("/api/v5/") || headers["app-key"] === appKey);
}
