/** The environment, read once and typed. */
import type { ConnectorDefinition } from "../../connectors/connector.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { type ChosenCrm, chooseCrms } from "./crms.ts";
import { type EnvironmentRecord, setVariables } from "./environment.ts";
import { type Environment, parseEnvironment } from "./schema.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type LogLevel = Environment["LOG_LEVEL"];

/** `embedded`: a Redis of our own, its data in `dataDir`. */
export type RedisSettings =
  | { readonly kind: "embedded"; readonly dataDir: string }
  | { readonly kind: "external"; readonly url: string; readonly verifyTls: boolean };

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly redis: RedisSettings;
  /** Proxies in front of the web process whose word on the client's address is believed. */
  readonly trustedProxies: number;
  readonly keyPrefix: string;
  /** One pair, or two while they are rotated. */
  readonly bookingbug: readonly Credentials[];
  readonly admin: Credentials;
  readonly crms: readonly ChosenCrm[];
  readonly mappingsDir: string;
  readonly policy: FoldPolicy;
  readonly workerConcurrency: number;
  readonly workerLockMs: number;
  readonly crmTimeoutMs: number;
  readonly jobAttempts: number;
  /** Wait after a job's first failure; it doubles with each further one. */
  readonly jobBackoffMs: number;
  /** How often a CRM whose queue is paused is asked whether it answers again. */
  readonly probeMs: number;
  readonly retentionDays: number;
  readonly ledgerRetentionDays: number;
  readonly maxBodyBytes: number;
  readonly shutdownMs: number;
  readonly logLevel: LogLevel;
  /** Where metrics are told without credentials, if anywhere. */
  readonly metricsPort: number | undefined;
  /** A secret: whoever knows it can post. */
  readonly alertWebhookUrl: string | undefined;
  readonly alertLagSeconds: number;
  /** Whether jobs are traced with OpenTelemetry. */
  readonly tracing: boolean;
}

/**
 * @param env the environment, e.g. `process.env`; blank values and placeholders count as unset
 * @param definitions the CRMs there are; only the chosen ones' variables are required
 * @throws ConfigError listing everything that is wrong
 */
export function loadConfig(env: EnvironmentRecord, definitions: readonly ConnectorDefinition[]): Config {
  const set = setVariables(env);
  const parsed = parseEnvironment(set);
  const chosen = chooseCrms(set, definitions);
  if (parsed.kind === "invalid" || chosen.problems.length > 0) {
    const own: readonly ConfigProblem[] = parsed.kind === "invalid" ? parsed.problems : [];
    throw new ConfigError([...own, ...chosen.problems]);
  }
  return toConfig(parsed.values, chosen.crms);
}

function toConfig(values: Environment, crms: readonly ChosenCrm[]): Config {
  return {
    production: values.NODE_ENV === "production",
    port: values.PORT,
    redis: redisSettings(values),
    // Heroku's router is in front of every dyno, and nothing else can reach one.
    trustedProxies: values.TRUSTED_PROXIES ?? (values.DYNO === undefined ? 0 : 1),
    keyPrefix: values.KEY_PREFIX,
    bookingbug: credentials(values),
    admin: { username: values.ADMIN_USERNAME, password: values.ADMIN_PASSWORD },
    crms,
    mappingsDir: values.MAPPINGS_DIR,
    policy: { unflaggedCancellation: values.UNFLAGGED_CANCELLATION, absent: values.ABSENT_BOOKING },
    workerConcurrency: values.WORKER_CONCURRENCY,
    workerLockMs: values.WORKER_LOCK_MS,
    crmTimeoutMs: values.CRM_TIMEOUT_MS,
    jobAttempts: values.JOB_ATTEMPTS,
    jobBackoffMs: values.JOB_BACKOFF_MS,
    probeMs: values.PROBE_MS,
    retentionDays: values.RETENTION_DAYS,
    ledgerRetentionDays: values.LEDGER_RETENTION_DAYS,
    maxBodyBytes: values.MAX_BODY_BYTES,
    shutdownMs: values.SHUTDOWN_MS,
    logLevel: values.LOG_LEVEL,
    metricsPort: values.METRICS_PORT,
    alertWebhookUrl: values.ALERT_WEBHOOK_URL,
    alertLagSeconds: values.ALERT_LAG_SECONDS,
    tracing: values.OTEL_TRACING,
  };
}

function redisSettings(values: Environment): RedisSettings {
  if (values.REDIS_URL === undefined) return { kind: "embedded", dataDir: values.DATA_DIR };
  // Heroku's Redis signs its own certificate; DYNO is set on its dynos and nowhere else.
  const verifyTls = values.REDIS_TLS_REJECT_UNAUTHORIZED ?? values.DYNO === undefined;
  return { kind: "external", url: values.REDIS_URL, verifyTls };
}

function credentials(values: Environment): Credentials[] {
  const { BOOKINGBUG_USERNAME_NEXT: username, BOOKINGBUG_PASSWORD_NEXT: password } = values;
  const first = { username: values.BOOKINGBUG_USERNAME, password: values.BOOKINGBUG_PASSWORD };
  return username === undefined || password === undefined ? [first] : [first, { username, password }];
}
