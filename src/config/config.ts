/** The environment, read once and typed. */
import type { ConnectorDefinition } from "../../connectors/connector.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { BookingBugSettings } from "../bookingbug/settings.ts";
import { readApi } from "./bookingbug-api.ts";
import { ConfigError } from "./config-error.ts";
import { type ChosenCrm, chooseCrms } from "./crms.ts";
import { type EnvironmentRecord, setVariables } from "./environment.ts";
import { jointProblems } from "./joint-problems.ts";
import { jointSettings } from "./joint-settings.ts";
import { problemsOf, readSettings } from "./read-settings.ts";
import type { Values } from "./setting.ts";
import { settings } from "./settings.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Whoever fetches tokens. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

export interface AlertMail {
  /** Of the mail server, with its credentials. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** An OpenID Connect provider that people sign in at. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly client: OAuthClient;
  /** Where it sends people back to. */
  readonly callback: string;
  readonly roleClaim: string;
  /** Values of that claim. */
  readonly operators: readonly string[];
  readonly viewers: readonly string[];
}

/** `embedded`: a Redis of our own, its data in `dataDir`. */
export type RedisSettings =
  | { readonly kind: "embedded"; readonly dataDir: string }
  | { readonly kind: "external"; readonly url: string; readonly verifyTls: boolean };

/** What is made of several settings. */
interface Combined {
  readonly production: boolean;
  readonly redis: RedisSettings;
  /** Proxies in front of the web process whose word on the client's address is believed. */
  readonly trustedProxies: number;
  /** One pair, or two while they are rotated; the admin's likewise. */
  readonly bookingbug: readonly Credentials[];
  readonly admin: readonly [Credentials, ...Credentials[]];
  /** BookingBug's, where it may post with tokens. */
  readonly oauth: OAuthClient | undefined;
  /** Undefined where nobody signs in by one. */
  readonly provider: ProviderSettings | undefined;
  readonly policy: FoldPolicy;
  /** Undefined where alerts are not mailed. */
  readonly alertMail: AlertMail | undefined;
  /** Where operators' events are posted to, and what signs them. */
  readonly eventsHook: { readonly url: string; readonly secret: string } | undefined;
}

export interface Config extends Values<typeof settings>, Combined {
  readonly crms: readonly ChosenCrm[];
  /** BookingBug's API; undefined where bookings are never read back. */
  readonly bookingbugApi: BookingBugSettings | undefined;
}

/**
 * @param env the environment, e.g. `process.env`; blank values and placeholders count as unset
 * @param definitions the CRMs there are; only the chosen ones' variables are required
 * @throws ConfigError listing everything that is wrong
 */
export function loadConfig(env: EnvironmentRecord, definitions: readonly ConnectorDefinition[]): Config {
  const set = setVariables(env);
  const plain = readSettings(settings, set);
  const joint = readSettings(jointSettings, set);
  const { crms, problems } = chooseCrms(set, definitions);
  const api = readApi(set);
  const ofApi = api.kind === "invalid" ? api.problems : [];
  const all = [...problemsOf(joint), ...problemsOf(plain), ...jointProblems(set), ...problems, ...ofApi];
  if (plain.kind === "invalid" || joint.kind === "invalid" || all.length > 0) throw new ConfigError(all);
  return {
    ...plain.value,
    ...combine(joint.value),
    provider: providerSettings(joint.value, plain.value.dashboardUrl),
    crms,
    bookingbugApi: api.kind === "on" ? api.settings : undefined,
  };
}

function providerSettings(values: Joint, dashboardUrl: string | undefined): ProviderSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: id, oidcClientSecret: secret, oidcRoleClaim: roleClaim } = values;
  if (issuer === undefined || id === undefined || secret === undefined || dashboardUrl === undefined) return undefined;
  const { oidcOperators: operators = [], oidcViewers: viewers = [] } = values;
  const callback = `${dashboardUrl}/admin/sign-in/callback`;
  return { issuer, client: { id, secret }, callback, roleClaim, operators, viewers };
}

type Joint = Values<typeof jointSettings>;

function combine(values: Joint): Omit<Combined, "provider"> {
  return {
    production: values.nodeEnv === "production",
    redis: redisSettings(values),
    // Heroku's router is in front of every dyno, and nothing else can reach one.
    trustedProxies: values.trustedProxies ?? (values.dyno === undefined ? 0 : 1),
    bookingbug: pairs(
      { username: values.bookingbugUsername, password: values.bookingbugPassword },
      { username: values.nextUsername, password: values.nextPassword },
    ),
    admin: pairs(
      { username: values.adminUsername, password: values.adminPassword },
      { username: values.nextAdminUsername, password: values.nextAdminPassword },
    ),
    oauth: oauthClient(values),
    policy: { unflaggedCancellation: values.unflaggedCancellation, absent: values.absentBooking },
    alertMail: alertMail(values),
    eventsHook: eventsHook(values),
  };
}

function alertMail({ alertSmtpUrl: url, alertMailFrom: from, alertMailTo: to }: Joint): AlertMail | undefined {
  return url === undefined || from === undefined || to === undefined ? undefined : { url, from, to };
}

function eventsHook({ eventsHookUrl: url, eventsHookSecret: secret }: Joint): Config["eventsHook"] {
  return url === undefined || secret === undefined ? undefined : { url, secret };
}

/** For who wants to know of Redis while other variables are still missing. @returns undefined where what is set cannot be used */
export function readRedisSettings(env: EnvironmentRecord): RedisSettings | undefined {
  const { redisUrl, dataDir, verifyRedisTls, dyno } = jointSettings;
  const reading = readSettings({ redisUrl, dataDir, verifyRedisTls, dyno }, setVariables(env));
  return reading.kind === "valid" ? redisSettings(reading.value) : undefined;
}

function redisSettings({
  redisUrl,
  dataDir,
  verifyRedisTls,
  dyno,
}: Pick<Joint, "redisUrl" | "dataDir" | "verifyRedisTls" | "dyno">): RedisSettings {
  if (redisUrl === undefined) return { kind: "embedded", dataDir };
  // Heroku's Redis signs its own certificate; DYNO is set on its dynos and nowhere else.
  return { kind: "external", url: redisUrl, verifyTls: verifyRedisTls ?? dyno === undefined };
}

function oauthClient({ oauthClientId: id, oauthClientSecret: secret }: Joint): OAuthClient | undefined {
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function pairs(
  first: Credentials,
  { username, password }: { readonly username: string | undefined; readonly password: string | undefined },
): readonly [Credentials, ...Credentials[]] {
  return username === undefined || password === undefined ? [first] : [first, { username, password }];
}
