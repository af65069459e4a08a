/** What is wrong with settings that are each fine and do not go together. */
import { parseRedisUrl } from "../redis/url.ts";
import type { ConfigProblem } from "./config-error.ts";
import { isPlain } from "./crm-addresses.ts";
import type { VariablesSet } from "./environment.ts";
import { jointSettings } from "./joint-settings.ts";
import { isProduction } from "./production.ts";
import { readSetting, textOf } from "./read-settings.ts";
import type { Setting } from "./setting.ts";
import { settings } from "./settings.ts";

export function jointProblems(set: VariablesSet): readonly ConfigProblem[] {
  const { nextUsername, nextPassword, nextAdminUsername, nextAdminPassword } = jointSettings;
  const { oauthClientId, oauthClientSecret, alertSmtpUrl, alertMailFrom, alertMailTo } = jointSettings;
  const { eventsHookUrl, eventsHookSecret } = jointSettings;
  return [
    redisOfProduction(set),
    prefixOfCluster(set),
    halfAPair(set, nextUsername, nextPassword),
    halfAPair(set, nextAdminUsername, nextAdminPassword),
    halfAPair(set, oauthClientId, oauthClientSecret),
    halfAPair(set, alertSmtpUrl, alertMailFrom),
    halfAPair(set, alertSmtpUrl, alertMailTo),
    halfAPair(set, eventsHookUrl, eventsHookSecret),
    ...plainUrls(set),
    ...plainWebhooks(set),
    ...providerProblems(set),
    ...weakPasswords(set),
    shadowedUser(set),
  ].filter((problem) => problem !== undefined);
}

const MIN_PASSWORD = 12;

/** In production: whoever guesses BookingBug's can forge bookings, and the admin's opens everything. */
function weakPasswords(set: VariablesSet): ConfigProblem[] {
  if (!isProduction(set)) return [];
  const { bookingbugPassword, nextPassword, adminPassword, nextAdminPassword, oauthClientSecret } = jointSettings;
  const secrets = [bookingbugPassword, nextPassword, adminPassword, nextAdminPassword, oauthClientSecret];
  return secrets.flatMap((setting) => {
    const password = textOf(setting, set);
    if (password === undefined || password.length >= MIN_PASSWORD) return [];
    const message = `shorter than ${MIN_PASSWORD} characters; make one with: openssl rand -hex 20`;
    return [{ variable: setting.name, message }];
  });
}

function redisOfProduction(set: VariablesSet): ConfigProblem | undefined {
  const { redisUrl } = jointSettings;
  if (!isProduction(set) || textOf(redisUrl, set) !== undefined) return undefined;
  const message = "missing; in production set it to a Redis with persistence, since this machine's disk is not kept";
  return { variable: redisUrl.name, message };
}

/** Whoever follows a link signs in behind it, a provider is sent our secret, and what is posted is not for everybody. */
function plainUrls(set: VariablesSet): ConfigProblem[] {
  if (!isProduction(set)) return [];
  return [settings.dashboardUrl, jointSettings.oidcIssuer, jointSettings.eventsHookUrl].flatMap((setting) => {
    const url = textOf(setting, set);
    if (url === undefined || /^\s*https:/i.test(url)) return [];
    return [{ variable: setting.name, message: "in production set it to an https:// URL" }];
  });
}

/** Whoever reads a webhook's URL on its way can post there, and has what is posted. */
function plainWebhooks(set: VariablesSet): ConfigProblem[] {
  if (!isProduction(set)) return [];
  return [settings.alertWebhookUrls, settings.alertTeamsUrls].flatMap((setting) => {
    const urls = readSetting(setting, set);
    if (urls.kind === "invalid" || urls.value === undefined || !urls.value.some(isPlain)) return [];
    return [{ variable: setting.name, message: "in production set it to https:// URLs" }];
  });
}

/** A provider takes all of its settings; a role for somebody, and our own address that it sends people back to. */
function providerProblems(set: VariablesSet): ConfigProblem[] {
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcOperators, oidcViewers } = jointSettings;
  const isSet = (setting: Setting<unknown>): boolean => textOf(setting, set) !== undefined;
  const own = [oidcIssuer, oidcClientId, oidcClientSecret];
  if (![...own, oidcOperators, oidcViewers].some(isSet)) return [];
  const missing = [...own, settings.dashboardUrl].filter((setting) => !isSet(setting));
  const problems = missing.map(({ name }) => ({
    variable: name,
    message:
      "missing; signing in by OpenID Connect takes OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and DASHBOARD_URL",
  }));
  if (isSet(oidcOperators) || isSet(oidcViewers)) return problems;
  const message = "missing; say which values of OIDC_ROLE_CLAIM make an operator, or set OIDC_VIEWERS";
  return [...problems, { variable: oidcOperators.name, message }];
}

/** The pair comes first: a user of its name could never get in, and whoever has the pair's password would be taken for them. */
function shadowedUser(set: VariablesSet): ConfigProblem | undefined {
  const users = readSetting(settings.adminUsers, set);
  if (users.kind === "invalid") return undefined;
  const names = new Set(users.value?.map(({ name }) => name));
  const { adminUsername, nextAdminUsername } = jointSettings;
  const shadowing = [adminUsername, nextAdminUsername].find((setting) => names.has(textOf(setting, set) ?? ""));
  if (shadowing === undefined) return undefined;
  const message = `names a user as ${shadowing.name} does, who could not get in; give one of them another name`;
  return { variable: settings.adminUsers.name, message };
}

function prefixOfCluster(set: VariablesSet): ConfigProblem | undefined {
  const isCluster = parseRedisUrl(textOf(jointSettings.redisUrl, set) ?? "")?.kind === "cluster";
  if (!isCluster || /\{[^{}]+\}/.test(textOf(settings.keyPrefix, set) ?? "")) return undefined;
  const message = "a Redis Cluster keeps keys together by what is in braces; set it to such as {crm-sync}";
  return { variable: settings.keyPrefix.name, message };
}

function halfAPair(set: VariablesSet, ...pair: readonly Setting<unknown>[]): ConfigProblem | undefined {
  const [unset, other] = pair.filter((setting) => textOf(setting, set) === undefined);
  if (unset === undefined || other !== undefined) return undefined;
  const both = pair.map(({ name }) => name).join(" and ");
  return { variable: unset.name, message: `missing; set ${both} both, or neither` };
}
