/**
 * Every environment variable of this service, the connectors' own aside: they describe theirs in their definitions.
 * `.env.example` explains the same variables; a test keeps the two alike.
 */

export interface Variable {
  readonly name: string;
  /** What it is and what to set, in one or two sentences. */
  readonly description: string;
  /** Used when the variable is unset; without one the variable is required, or optional where `optional` says so. */
  readonly default?: string;
  readonly optional?: true;
  readonly secret?: true;
}

export const variables: readonly Variable[] = [
  { name: "NODE_ENV", description: "`production` where real bookings are served", default: "development" },
  { name: "PORT", description: "Port that the web process listens on; 0 takes any free one", default: "3000" },
  {
    name: "TRUSTED_PROXIES",
    description:
      "How many proxies are in front of the web process, whose word on the client's address and on HTTPS is believed. " +
      "Unset: 1 on a Heroku dyno, else 0",
    optional: true,
  },
  {
    name: "REDIS_URL",
    description:
      "Redis with persistence and the noeviction policy: redis://, rediss://, redis+sentinel://, redis+cluster:// (with " +
      "an s after redis for TLS) or the path of a unix socket. Unset, a Redis of our own is started on this machine; in " +
      "production it must be set",
    optional: true,
    secret: true,
  },
  {
    name: "REDIS_TLS_REJECT_UNAUTHORIZED",
    description:
      "Whether a rediss:// server's certificate must be signed by a known authority: true or false. Unset: false on a " +
      "Heroku dyno, whose Redis signs its own, else true",
    optional: true,
  },
  { name: "DATA_DIR", description: "Where the Redis of our own keeps its data", default: ".data" },
  { name: "KEY_PREFIX", description: "Prefix of every Redis key, in braces for Redis Cluster", default: "{crm-sync}" },
  {
    name: "BOOKINGBUG_USERNAME",
    description: "User name for HTTP Basic auth that BookingBug is given with the callback URLs",
  },
  {
    name: "BOOKINGBUG_PASSWORD",
    description: "Password for HTTP Basic auth that BookingBug is given with the callback URLs",
    secret: true,
  },
  {
    name: "BOOKINGBUG_USERNAME_NEXT",
    description: "A second user name, accepted beside the first while the credentials are changed",
    optional: true,
  },
  { name: "BOOKINGBUG_PASSWORD_NEXT", description: "The second user's password", optional: true, secret: true },
  { name: "ADMIN_USERNAME", description: "User name for the dashboard under /admin" },
  { name: "ADMIN_PASSWORD", description: "Password for the dashboard under /admin", secret: true },
  { name: "CRM", description: "Which CRMs to keep in step, separated by commas" },
  { name: "MAPPINGS_DIR", description: "Folder of the mapping files", default: "mappings" },
  {
    name: "UNFLAGGED_CANCELLATION",
    description:
      "What a cancellation of a purchase of several bookings means when none is marked as cancelled: hold (a person " +
      "decides), listed (those in the notification) or missing (those left out)",
    default: "hold",
  },
  {
    name: "ABSENT_BOOKING",
    description:
      "What to do with a future booking that its purchase no longer lists: hold (a person decides) or cancel",
    default: "hold",
  },
  {
    name: "WORKER_CONCURRENCY",
    description: "Purchases that one worker process brings up to date at once, for each CRM",
    default: "400",
  },
  {
    name: "WORKER_LOCK_MS",
    description: "Milliseconds after which the work of a worker that died is taken over",
    default: "15000",
  },
  { name: "CRM_TIMEOUT_MS", description: "Milliseconds after which a request to a CRM is given up", default: "30000" },
  {
    name: "JOB_BACKOFF_MS",
    description: "Milliseconds to wait after a job's first failure; the wait doubles with each further one",
    default: "1000",
  },
  {
    name: "PROBE_MS",
    description: "Milliseconds between two looks whether a CRM that refused us accepts us again",
    default: "5000",
  },
  {
    name: "JOB_ATTEMPTS",
    description: "Tries before a purchase that could still heal is shown as failed",
    default: "25",
  },
  { name: "RETENTION_DAYS", description: "Days that received notifications are kept", default: "30" },
  {
    name: "LEDGER_RETENTION_DAYS",
    description: "Days after an appointment's end that we remember what was written to the CRM",
    default: "90",
  },
  { name: "MAX_BODY_BYTES", description: "Largest notification accepted, in bytes", default: "1048576" },
  { name: "SHUTDOWN_MS", description: "Milliseconds that a stopping process has to finish its work", default: "25000" },
  {
    name: "METRICS_PORT",
    description:
      "A port of its own for Prometheus, without credentials: keep it off the public network. The web process answers " +
      "GET /metrics on PORT as well, with the dashboard's credentials",
    optional: true,
  },
  {
    name: "ALERT_WEBHOOK_URL",
    description: "Incoming webhook of a chat, Slack's or one that takes the same, that alerts are posted to",
    optional: true,
    secret: true,
  },
  {
    name: "ALERT_LAG_SECONDS",
    description: "Seconds a notification may wait before that is an alert",
    default: "300",
  },
  {
    name: "OTEL_TRACING",
    description:
      "Whether jobs are traced with OpenTelemetry: true or false. The SDK and where it sends to are for NODE_OPTIONS and " +
      "the SDK's own OTEL_ variables; see docs/operations.md",
    default: "false",
  },
  {
    name: "LOG_LEVEL",
    description: "Least severe log line written: trace, debug, info, warn, error, fatal or silent",
    default: "info",
  },
];
