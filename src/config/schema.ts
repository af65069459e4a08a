/** What each of our own variables accepts, and which of them belong together. */
import { z } from "zod";
import { parseRedisUrl } from "../redis/url.ts";
import type { ConfigProblem } from "./config-error.ts";
import { variables } from "./variables.ts";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const MAX_DAYS = 3_650;
const HOUR_MS = 3_600_000;

/** A whole number in the text of a variable. */
export function whole(min: number, max: number) {
  const error = `set a whole number from ${min} to ${max}`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,12}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

function choice<const Values extends readonly string[]>(values: Values) {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(values, { error: `set one of ${values.join(", ")}` }));
}

// The credentials are compared as `user:password`, which a colon in the user name would make ambiguous; passport-http
// takes a password that begins with a colon for an empty one.
const username = z.string().regex(/^[^:]+$/, { error: "must not hold a colon, which Basic auth cannot carry" });
const password = z
  .string()
  .regex(/^[^:]/, { error: "must not begin with a colon, which Basic auth cannot tell apart" });

const redisUrl = z
  .string()
  .trim()
  .refine((text) => parseRedisUrl(text) !== undefined, {
    error:
      "set redis://host:6379 or rediss://…, redis+sentinel://host:26379,host:26379/name, " +
      "redis+cluster://host:6379,host:6379, or the path of a unix socket",
  });

const schema = z.object({
  NODE_ENV: z.string().trim(),
  /** Set by Heroku on its dynos. */
  DYNO: z.string().optional(),
  PORT: whole(0, 65_535),
  TRUSTED_PROXIES: whole(0, 10).optional(),
  REDIS_URL: redisUrl.optional(),
  REDIS_TLS_REJECT_UNAUTHORIZED: choice(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  DATA_DIR: z.string(),
  KEY_PREFIX: z.string().regex(/^[\w{}.-]{1,64}$/, { error: "set 1 to 64 letters, digits, braces, dots or dashes" }),
  BOOKINGBUG_USERNAME: username,
  BOOKINGBUG_PASSWORD: password,
  BOOKINGBUG_USERNAME_NEXT: username.optional(),
  BOOKINGBUG_PASSWORD_NEXT: password.optional(),
  ADMIN_USERNAME: username,
  ADMIN_PASSWORD: password,
  MAPPINGS_DIR: z.string(),
  UNFLAGGED_CANCELLATION: choice(["hold", "listed", "missing"]),
  ABSENT_BOOKING: choice(["hold", "cancel"]),
  WORKER_CONCURRENCY: whole(1, 5_000),
  WORKER_LOCK_MS: whole(1_000, HOUR_MS),
  CRM_TIMEOUT_MS: whole(100, HOUR_MS),
  JOB_ATTEMPTS: whole(1, 1_000),
  JOB_BACKOFF_MS: whole(1, HOUR_MS),
  PROBE_MS: whole(10, HOUR_MS),
  RETENTION_DAYS: whole(1, MAX_DAYS),
  LEDGER_RETENTION_DAYS: whole(1, MAX_DAYS),
  MAX_BODY_BYTES: whole(1_024, 64 * 1_048_576),
  SHUTDOWN_MS: whole(0, HOUR_MS),
  METRICS_PORT: whole(0, 65_535).optional(),
  ALERT_WEBHOOK_URL: z
    .string()
    .trim()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: "set the webhook's https:// URL",
    })
    .optional(),
  ALERT_LAG_SECONDS: whole(1, 86_400),
  OTEL_TRACING: choice(["true", "false"]).transform((text) => text === "true"),
  LOG_LEVEL: choice(LOG_LEVELS),
});

export type Environment = z.infer<typeof schema>;

export type ParsedEnvironment =
  | { readonly kind: "valid"; readonly values: Environment }
  | { readonly kind: "invalid"; readonly problems: readonly ConfigProblem[] };

const defaults = Object.fromEntries(
  variables.flatMap((variable) => (variable.default === undefined ? [] : [[variable.name, variable.default]])),
);

/** @param set the variables that are set; defaults are filled in here */
export function parseEnvironment(set: Readonly<Record<string, string>>): ParsedEnvironment {
  const env: Readonly<Record<string, string>> = { ...defaults, ...set };
  const parsed = schema.safeParse(env);
  const single = parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(issue, env));
  const problems = [...single, ...jointProblems(env)];
  return parsed.success && problems.length === 0
    ? { kind: "valid", values: parsed.data }
    : { kind: "invalid", problems };
}

function problemOf(issue: z.core.$ZodIssue, env: Readonly<Record<string, string>>): ConfigProblem {
  const variable = String(issue.path[0]);
  return env[variable] === undefined ? missing(variable) : { variable, message: issue.message };
}

/** @returns the problem of a required variable that is unset, with what to set */
export function missing(variable: string): ConfigProblem {
  const description = variables.find(({ name }) => name === variable)?.description;
  return { variable, message: `missing; set it. ${description}` };
}

function jointProblems(env: Readonly<Record<string, string>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (env.NODE_ENV?.trim() === "production" && env.REDIS_URL === undefined) {
    const message = "missing; in production set it to a Redis with persistence, since this machine's disk is not kept";
    problems.push({ variable: "REDIS_URL", message });
  }
  if (parseRedisUrl(env.REDIS_URL ?? "")?.kind === "cluster" && !/\{[^}]+\}/.test(env.KEY_PREFIX ?? "")) {
    const message = "a Redis Cluster keeps keys together by what is in braces; set it to such as {crm-sync}";
    problems.push({ variable: "KEY_PREFIX", message });
  }
  const next = ["BOOKINGBUG_USERNAME_NEXT", "BOOKINGBUG_PASSWORD_NEXT"] as const;
  const unset = next.filter((name) => env[name] === undefined);
  if (unset.length === 1 && unset[0] !== undefined) {
    problems.push({ variable: unset[0], message: `missing; set ${next.join(" and ")} both, or neither` });
  }
  return problems;
}
