/** Which way to sign in the environment asks for; if that is not clear, what to set. */
import { createPrivateKey } from "node:crypto";
import type { SalesforceVariable as Name } from "./environment.ts";

export type SalesforceAuth =
  | {
      readonly kind: "client_credentials";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: "jwt_bearer";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly username: string;
      /** PEM. */
      readonly privateKey: string;
    }
  | {
      readonly kind: "refresh_token";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly clientSecret: string | undefined;
      readonly refreshToken: string;
    }
  | { readonly kind: "access_token"; readonly instanceUrl: string; readonly accessToken: string };

/** What to set, and where: one variable, or the whole of them. */
type AuthProblem = `${Name | "Salesforce"}: ${string}`;

export interface AuthChoice {
  readonly auth: SalesforceAuth | undefined;
  /** Sentences that say what to set; empty when `auth` can be used. */
  readonly problems: AuthProblem[];
}

/** Reads a variable; notes it as missing where a reason is given. */
type Read = (name: Name, neededFor?: string) => string;

const DEFAULT_LOGIN_URL = "https://login.salesforce.com";
const SHARED_LOGIN_HOST = /^https:\/\/(login|test)\.salesforce\.com$/i;
const EXAMPLE_URL = "https://acme.my.salesforce.com";

const WAYS =
  "set SALESFORCE_LOGIN_URL and one of: SALESFORCE_CLIENT_ID with SALESFORCE_CLIENT_SECRET (client credentials); " +
  "SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY (JWT bearer); SALESFORCE_REFRESH_TOKEN with " +
  "SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET; or, for a trial, SALESFORCE_INSTANCE_URL with SALESFORCE_ACCESS_TOKEN";

/** @param textOf a variable's text, "" where it is unset */
export function chooseAuth(textOf: (name: Name) => string): AuthChoice {
  const problems: AuthProblem[] = [];
  const read: Read = (name, neededFor) => {
    const value = textOf(name);
    if (value === "" && neededFor !== undefined) problems.push(`${name}: missing; ${neededFor} needs it`);
    return value;
  };
  const present = (name: Name): boolean => read(name) !== "";

  const rivals = rivalsAmong(present);
  if (rivals.length > 1) {
    return {
      auth: undefined,
      problems: [`Salesforce: ${rivals.join(" and ")} each name a way to sign in; keep one and unset the others`],
    };
  }
  const auth = fill(read, present);
  if (auth === undefined) return { auth, problems: [`Salesforce: no complete way to sign in; ${WAYS}`] };
  problems.push(...(auth.kind === "access_token" ? instanceUrlProblems(auth.instanceUrl) : loginProblems(auth)));
  return { auth: problems.length === 0 ? auth : undefined, problems };
}

/** A client secret belongs to several ways; only beside an access token, which needs no client, it names another one. */
function rivalsAmong(present: (name: Name) => boolean): Name[] {
  const rivals: Name[] = ["SALESFORCE_ACCESS_TOKEN", "SALESFORCE_REFRESH_TOKEN", "SALESFORCE_PRIVATE_KEY"];
  const found = rivals.filter(present);
  const beside = present("SALESFORCE_ACCESS_TOKEN") && present("SALESFORCE_CLIENT_SECRET") && found.length === 1;
  return beside ? [...found, "SALESFORCE_CLIENT_SECRET"] : found;
}

function fill(read: Read, present: (name: Name) => boolean): SalesforceAuth | undefined {
  if (present("SALESFORCE_ACCESS_TOKEN")) {
    const instanceUrl = url(read("SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"));
    return { kind: "access_token", instanceUrl, accessToken: read("SALESFORCE_ACCESS_TOKEN") };
  }
  const loginUrl = url(read("SALESFORCE_LOGIN_URL"));
  if (present("SALESFORCE_REFRESH_TOKEN")) {
    const clientId = read("SALESFORCE_CLIENT_ID", "SALESFORCE_REFRESH_TOKEN");
    const clientSecret = read("SALESFORCE_CLIENT_SECRET") || undefined;
    const refreshToken = read("SALESFORCE_REFRESH_TOKEN");
    return { kind: "refresh_token", loginUrl: loginUrl || DEFAULT_LOGIN_URL, clientId, clientSecret, refreshToken };
  }
  if (present("SALESFORCE_PRIVATE_KEY")) {
    const clientId = read("SALESFORCE_CLIENT_ID", "SALESFORCE_PRIVATE_KEY");
    const username = read("SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY");
    const privateKey = read("SALESFORCE_PRIVATE_KEY").replace(/\\n/g, "\n");
    return { kind: "jwt_bearer", loginUrl: loginUrl || DEFAULT_LOGIN_URL, clientId, username, privateKey };
  }
  if (!present("SALESFORCE_CLIENT_SECRET")) return undefined;
  const clientId = read("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET");
  return { kind: "client_credentials", loginUrl, clientId, clientSecret: read("SALESFORCE_CLIENT_SECRET") };
}

function loginProblems(auth: Exclude<SalesforceAuth, { kind: "access_token" }>): AuthProblem[] {
  if (auth.kind === "client_credentials" && (auth.loginUrl === "" || SHARED_LOGIN_HOST.test(auth.loginUrl))) {
    return [`SALESFORCE_LOGIN_URL: set the org's My Domain URL, e.g. ${EXAMPLE_URL}; client credentials need it`];
  }
  const problems = urlProblems("SALESFORCE_LOGIN_URL", auth.loginUrl);
  if (auth.kind !== "jwt_bearer" || isRsaKey(auth.privateKey)) return problems;
  return [...problems, "SALESFORCE_PRIVATE_KEY: set an RSA private key in PEM, with \\n for its line ends"];
}

function instanceUrlProblems(instanceUrl: string): AuthProblem[] {
  // Already noted as missing.
  if (instanceUrl === "") return [];
  if (/\.lightning\.force\.com$/i.test(instanceUrl)) {
    return [`SALESFORCE_INSTANCE_URL: set the My Domain URL, e.g. ${EXAMPLE_URL}, not a page's lightning.force.com`];
  }
  return urlProblems("SALESFORCE_INSTANCE_URL", instanceUrl);
}

function urlProblems(name: Name, value: string): AuthProblem[] {
  return URL.canParse(value) && /^https?:/i.test(value) ? [] : [`${name}: set a URL such as ${EXAMPLE_URL}`];
}

function url(value: string): string {
  return value.replace(/\/+$/, "");
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
