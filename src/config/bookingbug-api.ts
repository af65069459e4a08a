/** The settings of BookingBug's API: off without its address, and with it one whole way to sign in. */
import type { BookingBugSettings, SignInSettings } from "../bookingbug/settings.ts";
import type { ConfigProblem } from "./config-error.ts";
import { plainAddresses } from "./crm-addresses.ts";
import type { VariablesSet } from "./environment.ts";
import { choice, secret, trimmed, whole } from "./parsers.ts";
import { problemsOf, readSettings } from "./read-settings.ts";
import { optionalSetting, type Setting, setting, type Values } from "./setting.ts";

/** People copy the address with the path that the documents show. */
const host = trimmed
  .max(2_000)
  .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), {
    error: "set the https:// address of your BookingBug, such as https://uk.bookingbug.com",
    abort: true,
  })
  .transform((url) => new URL(url))
  .refine(({ username, password, search }) => username + password + search === "", {
    error: "set the address alone, without user name, password and query",
  })
  .transform(({ origin, pathname }) => `${origin}${pathname.replace(/(?:\/api(?:\/v\d+)?)?\/*$/, "")}`);

const companies = trimmed
  .regex(/^\d{1,15}(?:\s*,\s*\d{1,15})*$/, { error: "set a company's number, or several separated by commas" })
  .transform((list) => [...new Set(list.split(",").map((id) => id.trim()))]);

export const apiSettings = {
  url: optionalSetting("BOOKINGBUG_API_URL", host, {
    description: "BookingBug's address, such as https://uk.bookingbug.com, to read bookings back from; unset: never",
  }),
  clientId: optionalSetting("BOOKINGBUG_API_CLIENT_ID", trimmed, {
    description: "Id of an OAuth application of BookingBug's, to sign in with client credentials",
  }),
  clientSecret: optionalSetting("BOOKINGBUG_API_CLIENT_SECRET", secret, {
    description: "The OAuth application's secret",
    secret: true,
  }),
  appId: optionalSetting("BOOKINGBUG_API_APP_ID", trimmed, {
    description: "Application id, to sign in as an administrator instead",
  }),
  appKey: optionalSetting("BOOKINGBUG_API_APP_KEY", secret, {
    description: "The application's key, which older versions want",
    secret: true,
  }),
  email: optionalSetting("BOOKINGBUG_API_EMAIL", trimmed, { description: "The administrator's e-mail" }),
  password: optionalSetting("BOOKINGBUG_API_PASSWORD", secret, {
    description: "The administrator's password",
    secret: true,
  }),
  companies: optionalSetting("BOOKINGBUG_API_COMPANY_ID", companies, {
    description:
      "Number of the company whose bookings are read: a parent with its children, or several, separated by commas",
  }),
  requestsPerSecond: setting("BOOKINGBUG_API_REQUESTS_PER_SECOND", whole(1, 20), {
    description: "Requests a second that all processes together send to BookingBug at most",
    default: "2",
  }),
  version: setting("BOOKINGBUG_API_VERSION", choice(["v1", "v5"]), {
    description: "Version of BookingBug's API: v1 or v5",
    default: "v1",
  }),
};

type Given = Values<typeof apiSettings>;

/** `off`: bookings are never read back. */
export type ApiReading =
  | { readonly kind: "off" }
  | { readonly kind: "on"; readonly settings: BookingBugSettings }
  | { readonly kind: "invalid"; readonly problems: readonly ConfigProblem[] };

export function readApi(set: VariablesSet): ApiReading {
  const reading = readSettings(apiSettings, set);
  if (reading.kind === "invalid") return { kind: "invalid", problems: problemsOf(reading) };
  const { url, companies: ids, requestsPerSecond, version } = reading.value;
  if (url === undefined) return withoutAddress(reading.value);
  const [first, ...others] = ids ?? [];
  const signIn = signInOf(reading.value);
  const problems = [
    ...plainAddresses(set, [apiSettings.url.name]),
    ...(first === undefined ? [lacks(apiSettings.companies, `${apiSettings.url.name} is set`)] : []),
    ...("problems" in signIn ? signIn.problems : []),
  ];
  if (first === undefined || "problems" in signIn || problems.length > 0) return { kind: "invalid", problems };
  return { kind: "on", settings: { url, version, signIn, companies: [first, ...others], requestsPerSecond } };
}

/** Somebody who gave credentials wants bookings read back. */
function withoutAddress(given: Given): ApiReading {
  const { clientId, clientSecret, appId, appKey, email, password, companies: ids } = apiSettings;
  const [one] = Object.entries({ clientId, clientSecret, appId, appKey, email, password, companies: ids }).filter(
    ([field]) => given[field as keyof Given] !== undefined,
  );
  if (one === undefined) return { kind: "off" };
  return { kind: "invalid", problems: [lacks(apiSettings.url, `${one[1].name} is set`)] };
}

function signInOf(given: Given): SignInSettings | { readonly problems: readonly ConfigProblem[] } {
  const { clientId, clientSecret, appId, appKey, email, password } = given;
  const byClient = clientId !== undefined || clientSecret !== undefined;
  const byAdministrator = [appId, appKey, email, password].some((value) => value !== undefined);
  const { clientId: idSetting, clientSecret: secretSetting } = apiSettings;
  if (byClient && byAdministrator) {
    const message =
      "set beside an administrator's; sign in by one way: BOOKINGBUG_API_CLIENT_ID and BOOKINGBUG_API_CLIENT_SECRET, or " +
      "BOOKINGBUG_API_APP_ID, BOOKINGBUG_API_EMAIL and BOOKINGBUG_API_PASSWORD";
    const { name } = clientId === undefined ? secretSetting : idSetting;
    return { problems: [{ variable: name, message }] };
  }
  if (byClient) {
    if (clientId === undefined) return { problems: [lacks(idSetting, `${secretSetting.name} is set`)] };
    if (clientSecret === undefined) return { problems: [lacks(secretSetting, `${idSetting.name} is set`)] };
    return { kind: "client_credentials", clientId, clientSecret };
  }
  if (byAdministrator) {
    if (appId !== undefined && email !== undefined && password !== undefined) {
      return { kind: "administrator", appId, appKey, email, password };
    }
    const wanted = { appId, email, password };
    const missing = (["appId", "email", "password"] as const).filter((field) => wanted[field] === undefined);
    return { problems: missing.map((field) => lacks(apiSettings[field], "an administrator signs in")) };
  }
  const message =
    "missing; set it and BOOKINGBUG_API_CLIENT_SECRET, or BOOKINGBUG_API_APP_ID, BOOKINGBUG_API_EMAIL and " +
    "BOOKINGBUG_API_PASSWORD, or unset BOOKINGBUG_API_URL";
  return { problems: [{ variable: idSetting.name, message }] };
}

function lacks({ name, description }: Setting<unknown>, because: string): ConfigProblem {
  return { variable: name, message: `missing, and ${because}; set it. ${description}` };
}
