/** What the text of a variable may be, and what it becomes. Their messages say what to set. */
import { isIP } from "node:net";
import { z } from "zod";
import { parseRedisUrl } from "../redis/url.ts";

export const text = z.string();
export const trimmed = text.trim();

/** Whoever nearly says `production` means it, and would get none of its protection. */
export const nodeEnvironment = trimmed.refine((name) => name === "production" || !/^\W*prod/i.test(name), {
  error: "set production, in lower case and without quotes, where real bookings are served; else another name",
});

export function whole(min: number, max: number) {
  const error = `set a whole number from ${min} to ${max}`;
  return trimmed
    .regex(/^\d{1,12}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

export function choice<const Choices extends readonly string[]>(choices: Choices) {
  return trimmed.toLowerCase().pipe(z.enum(choices, { error: `set one of ${choices.join(", ")}` }));
}

export const yesOrNo = choice(["true", "false"]).transform((value) => value === "true");

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How often something is done by itself. */
export const every = trimmed
  .toLowerCase()
  .regex(/^(?:off|night|[1-9]\d{0,3}[mhd])$/, { error: "set night, off, or a time such as 30m, 6h or 1d" })
  .transform((said) => {
    if (said === "off" || said === "night") return said;
    return { everyMs: Number(said.slice(0, -1)) * (UNITS[said.slice(-1)] ?? 0) };
  });

export const timeOfDay = trimmed
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "set a time of the day such as 08:00" })
  .transform((said) => ({ hour: Number(said.slice(0, 2)), minute: Number(said.slice(3)) }));

export const timeZone = trimmed.refine(isTimeZone, { error: "set a time zone such as Europe/London, or UTC" });

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}

/** Separated by commas. */
export const names = text
  .toLowerCase()
  .transform((list) => list.split(",").map((name) => name.trim()))
  .transform((list) => list.filter((name) => name !== ""));

const NO_CONTROLS =
  "must not hold a line break or a tab, which Basic auth cannot carry; one at the end is easily overlooked";

// The credentials are compared as `user:password`, which a colon in the user name would make ambiguous; passport-http
// takes a password that begins with a colon for an empty one.
export const username = text
  .regex(/^[^:]+$/, { error: "must not hold a colon, which Basic auth cannot carry" })
  .refine(hasNoControls, { error: NO_CONTROLS });
export const password = text
  .regex(/^[^:]/, { error: "must not begin with a colon, which Basic auth cannot tell apart" })
  .refine(hasNoControls, { error: NO_CONTROLS });

/** RFC 7617: neither holds any. A secret that was made with `echo` ends in one, and nobody could ever sign in by it. */
function hasNoControls(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}

export const redisUrl = trimmed.refine((url) => parseRedisUrl(url) !== undefined, {
  error:
    "set redis://host:6379 or rediss://…, redis+sentinel://host:26379,host:26379/name, " +
    "redis+cluster://host:6379,host:6379, or the path of a unix socket",
});

export const ipAddress = trimmed.refine((address) => isIP(address) !== 0, {
  error: "set an IP address of this machine, such as 127.0.0.1 or ::1",
});

export const keyPrefix = text.regex(/^[\w{}.-]{1,64}$/, {
  error: "set 1 to 64 letters, digits, braces, dots or dashes",
});

/**
 * Between commas, semicolons or spaces. An address may hold one of the first two, and then it is no separator; at its end it
 * is what somebody left who took another address out.
 */
export const webhookUrls = trimmed
  .transform((list) => list.split(/\s+|[,;](?=\s|https?:\/\/|$)/).filter((url) => url !== ""))
  .refine((urls) => urls.length > 0 && urls.every((url) => hasProtocol(url, ["http:", "https:"])), {
    error: "set the webhook's https:// URL, or several between commas",
  })
  .transform((urls) => [...new Set(urls)]);

export const hookUrl = trimmed.refine((url) => hasProtocol(url, ["http:", "https:"]), {
  error: "set the https:// URL that events are posted to",
});

/** For what is sent as it is set. */
export const secret = text.refine(hasNoControls, {
  error: "must not hold a line break or a tab; one at the end is easily overlooked",
});

export const hookSecret = secret.min(16, { error: "set 16 characters at least; make them with: openssl rand -hex 20" });

export const smtpUrl = trimmed.refine((url) => hasProtocol(url, ["smtp:", "smtps:"]) && new URL(url).hostname !== "", {
  error: "set smtps://user:password@host or smtp://user:password@host:587",
});

const mailAddress = z.email();

/** Between commas. */
export const mailAddresses = trimmed
  .transform((list) => list.split(",").map((address) => address.trim()))
  .refine((all) => all.every((address) => mailAddress.safeParse(address).success), {
    error: "set an e-mail address, or several between commas",
  });

export const oneMailAddress = trimmed.refine((address) => mailAddress.safeParse(address).success, {
  error: "set an e-mail address",
});

/** The address of a site of ours. @returns its URL without the dashboard's own path */
export const siteUrl = trimmed
  .refine((url) => hasProtocol(url, ["http:", "https:"]) && isBare(new URL(url)), {
    error: "set the https:// URL that the dashboard is reached by, such as https://crm-sync.example.com",
  })
  .transform((url) => withoutSlashes(withoutSlashes(url).replace(/\/admin$/, "")));

/** Whoever says who somebody is. @returns its URL without the path that its description is at */
export const issuerUrl = trimmed
  .refine((url) => hasProtocol(url, ["http:", "https:"]) && isBare(new URL(url)), {
    error: "set the https:// URL of the provider, as its description has it under `issuer`",
  })
  .refine((url) => !/\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\b/i.test(url), {
    // There every tenant's administrator gives out roles.
    error: "set the issuer of your own tenant: https://login.microsoftonline.com/TENANT-ID/v2.0",
  })
  .transform((url) => url.replace(/\/\.well-known\/openid-configuration\/?$/, ""));

/** Between commas, as they are written. */
export const claimValues = text
  .transform((list) => list.split(",").map((value) => value.trim()))
  .transform((list) => list.filter((value) => value !== ""))
  // Set to none, nobody could sign in, and nothing would say so.
  .refine((list) => list.length > 0, { error: "set a value of the claim, or several between commas; or unset it" });

/** At its end. */
function withoutSlashes(url: string): string {
  return url.endsWith("/") ? withoutSlashes(url.slice(0, -1)) : url;
}

function isBare({ username, password, search, hash }: URL): boolean {
  return [username, password, search, hash].every((part) => part === "");
}

function hasProtocol(url: string, protocols: readonly string[]): boolean {
  return URL.canParse(url) && protocols.includes(new URL(url).protocol);
}
