/**
 * The settings that are used as they are set: each is a field of `Config` by its name here. Whatever is to be known of a
 * setting is said here once; tests keep `.env.example`, `app.json` and the documents like it.
 */
import {
  choice,
  every,
  ipAddress,
  keyPrefix,
  siteUrl,
  timeOfDay,
  timeZone,
  trimmed,
  webhookUrls,
  whole,
  yesOrNo,
} from "./parsers.ts";
import { optionalSetting, setting } from "./setting.ts";
import { userList } from "./users.ts";

const MAX_PORT = 65_535;
const MAX_DAYS = 3_650;
const HOUR_MS = 3_600_000;

export const settings = {
  port: setting("PORT", whole(0, MAX_PORT), {
    description: "Port that the web process listens on; 0 takes any free one",
    default: "3000",
  }),
  host: optionalSetting("LISTEN_HOST", ipAddress, {
    description:
      "Address that the web process and METRICS_PORT listen on, 127.0.0.1 for this machine alone; unset: every one",
  }),
  keyPrefix: setting("KEY_PREFIX", keyPrefix, {
    description: "Prefix of every Redis key, in braces for Redis Cluster",
    default: "{crm-sync}",
  }),
  mappingsDir: setting("MAPPINGS_DIR", trimmed, { description: "Folder of the mapping files", default: "mappings" }),
  workerConcurrency: setting("WORKER_CONCURRENCY", whole(1, 5_000), {
    description: "Purchases that one worker process brings up to date at once, for each CRM",
    default: "400",
  }),
  workerLockMs: setting("WORKER_LOCK_MS", whole(1_000, HOUR_MS), {
    description: "Milliseconds after which the work of a worker that died is taken over",
    default: "15000",
  }),
  crmTimeoutMs: setting("CRM_TIMEOUT_MS", whole(100, HOUR_MS), {
    description: "Milliseconds after which a request to a CRM is given up",
    default: "30000",
  }),
  jobBackoffMs: setting("JOB_BACKOFF_MS", whole(1, HOUR_MS), {
    description: "Milliseconds to wait after a job's first failure; the wait doubles with each further one",
    default: "1000",
  }),
  probeMs: setting("PROBE_MS", whole(10, HOUR_MS), {
    description: "Milliseconds between two looks whether a CRM that refused us accepts us again",
    default: "5000",
  }),
  jobAttempts: setting("JOB_ATTEMPTS", whole(1, 1_000), {
    description: "Tries before a purchase that could still heal is shown as failed",
    default: "25",
  }),
  retentionDays: setting("RETENTION_DAYS", whole(1, MAX_DAYS), {
    description: "Days that notifications are kept once they are applied",
    default: "30",
  }),
  ledgerRetentionDays: setting("LEDGER_RETENTION_DAYS", whole(1, MAX_DAYS), {
    description: "Days after an appointment's end that we remember what was written to the CRM",
    default: "90",
  }),
  undoDays: setting("UNDO_DAYS", whole(0, MAX_DAYS), {
    description: "Days that what a purchase's timeline has no room for is kept for `crm-sync undo`; 0: not",
    default: "14",
  }),
  adminUsers: optionalSetting("ADMIN_USERS", userList, {
    description:
      "Named users of the dashboard, between commas or one a line: name:role:hash, the role viewer or operator, as " +
      "`bin/crm-sync user add` prints it",
    secret: true,
  }),
  adminUsersFile: optionalSetting("ADMIN_USERS_FILE", trimmed, {
    description: "A file of more of them, one a line; read again when it changes",
  }),
  auditDays: setting("AUDIT_DAYS", whole(1, MAX_DAYS), {
    description: "Days that the audit trail says who did what",
    default: "365",
  }),
  reconcileEvery: setting("RECONCILE_EVERY", every, {
    description:
      "How often what BookingBug lists is compared with what is known, where its API is set: night, off, or such as 6h",
    default: "night",
  }),
  schemaCheckHours: setting("SCHEMA_CHECK_HOURS", whole(0, 24 * 31), {
    description:
      "Hours between two looks at what the CRMs say of the objects and fields that the mappings use; 0: never",
    default: "24",
  }),
  driftSweepHours: setting("DRIFT_SWEEP_HOURS", whole(0, 31 * 24), {
    description:
      "Hours from one round over the records in the CRMs to the next, which finds what was edited there; 0: none",
    default: "24",
  }),
  driftDailyCalls: optionalSetting("DRIFT_DAILY_CALLS", whole(0, 10_000_000), {
    description:
      "Calls to each CRM that these rounds may make in a day; unset: a twentieth of the CRM's day, or 5000 where it does not say",
  }),
  maxBodyBytes: setting("MAX_BODY_BYTES", whole(1_024, 64 * 1_048_576), {
    description: "Largest notification accepted, in bytes",
    default: "1048576",
  }),
  shutdownMs: setting("SHUTDOWN_MS", whole(0, HOUR_MS), {
    description: "Milliseconds that a stopping process has to finish its work",
    default: "25000",
  }),
  metricsPort: optionalSetting("METRICS_PORT", whole(0, MAX_PORT), {
    description:
      "A port of its own for Prometheus, without credentials: keep it off the public network. The web process answers " +
      "GET /metrics on PORT as well, with the dashboard's credentials",
  }),
  dashboardUrl: optionalSetting("DASHBOARD_URL", siteUrl, {
    description:
      "URL that the dashboard is reached by, https in production, for the links in alerts and the way back from " +
      "OIDC_ISSUER; unset, alerts say the path alone",
  }),
  alertWebhookUrls: optionalSetting("ALERT_WEBHOOK_URL", webhookUrls, {
    description:
      "Incoming webhook of a chat, Slack's or one that takes the same, that alerts are posted to; or several, between commas",
    // Whoever knows it can post.
    secret: true,
  }),
  alertTeamsUrls: optionalSetting("ALERT_TEAMS_URL", webhookUrls, {
    description:
      "Webhook of a Microsoft Teams workflow that posts the card it is sent, that alerts go to; or several, between commas",
    secret: true,
  }),
  alertLagSeconds: setting("ALERT_LAG_SECONDS", whole(1, 86_400), {
    description: "Seconds a notification may wait before that is an alert",
    default: "300",
  }),
  alertSilenceHours: optionalSetting("ALERT_SILENCE_HOURS", whole(1, 24 * 31), {
    description: "Hours without a notification after which that is an alert; unset: never",
  }),
  alertSummaryAt: optionalSetting("ALERT_SUMMARY_AT", timeOfDay, {
    description:
      "Time of the day, such as 08:00, at which a summary of the last one is sent where alerts go; unset: never",
  }),
  alertTimeZone: setting("ALERT_TIME_ZONE", timeZone, {
    description: "Time zone of ALERT_SUMMARY_AT, such as Europe/London",
    default: "UTC",
  }),
  tracing: setting("OTEL_TRACING", yesOrNo, {
    description:
      "Whether jobs are traced with OpenTelemetry: true or false. The SDK and where it sends to are for NODE_OPTIONS and " +
      "the SDK's own OTEL_ variables; see docs/operations.md",
    default: "false",
  }),
  logLevel: setting("LOG_LEVEL", choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"]), {
    description: "Least severe log line written: trace, debug, info, warn, error, fatal or silent",
    default: "info",
  }),
};
