/** The settings that mean something only together: `config.ts` makes fields of `Config` of them. */
import {
  choice,
  claimValues,
  hookSecret,
  hookUrl,
  issuerUrl,
  mailAddresses,
  nodeEnvironment,
  oneMailAddress,
  password,
  redisUrl,
  smtpUrl,
  text,
  trimmed,
  username,
  whole,
  yesOrNo,
} from "./parsers.ts";
import { optionalSetting, setting } from "./setting.ts";

export const jointSettings = {
  nodeEnv: setting("NODE_ENV", nodeEnvironment, {
    description: "`production` where real bookings are served",
    default: "development",
  }),
  dyno: optionalSetting("DYNO", text, { description: "A Heroku dyno's name", setBy: "platform" }),
  trustedProxies: optionalSetting("TRUSTED_PROXIES", whole(0, 10), {
    description:
      "How many proxies are in front of the web process, whose word on the client's address and on HTTPS is believed. " +
      "Unset: 1 on a Heroku dyno, else 0",
  }),
  redisUrl: optionalSetting("REDIS_URL", redisUrl, {
    description:
      "Redis with persistence and the noeviction policy: redis://, rediss://, redis+sentinel://, redis+cluster:// (with " +
      "an s after redis for TLS) or the path of a unix socket. Unset, a Redis of our own is started on this machine; in " +
      "production it must be set",
    secret: true,
  }),
  verifyRedisTls: optionalSetting("REDIS_TLS_REJECT_UNAUTHORIZED", yesOrNo, {
    description:
      "Whether a rediss:// server's certificate must be signed by a known authority: true or false. Unset: false on a " +
      "Heroku dyno, whose Redis signs its own, else true",
  }),
  dataDir: setting("DATA_DIR", trimmed, {
    description: "Where the Redis of our own keeps its data",
    default: ".data",
  }),
  bookingbugUsername: setting("BOOKINGBUG_USERNAME", username, {
    description: "User name for HTTP Basic auth that BookingBug is given with the callback URLs",
  }),
  bookingbugPassword: setting("BOOKINGBUG_PASSWORD", password, {
    description: "Password for HTTP Basic auth that BookingBug is given with the callback URLs",
    secret: true,
  }),
  nextUsername: optionalSetting("BOOKINGBUG_USERNAME_NEXT", username, {
    description: "A second user name, accepted beside the first while the credentials are changed",
  }),
  nextPassword: optionalSetting("BOOKINGBUG_PASSWORD_NEXT", password, {
    description: "The second user's password",
    secret: true,
  }),
  oauthClientId: optionalSetting("BOOKINGBUG_OAUTH_CLIENT_ID", username, {
    description:
      "Client ID by which BookingBug may fetch a token at /oauth/token, and post with that instead of its password; unset, " +
      "there are no tokens",
  }),
  oauthClientSecret: optionalSetting("BOOKINGBUG_OAUTH_CLIENT_SECRET", password, {
    description: "That client's secret; another one ends every token",
    secret: true,
  }),
  adminUsername: setting("ADMIN_USERNAME", username, { description: "User name for the dashboard under /admin" }),
  adminPassword: setting("ADMIN_PASSWORD", password, {
    description: "Password for the dashboard under /admin",
    secret: true,
  }),
  nextAdminUsername: optionalSetting("ADMIN_USERNAME_NEXT", username, {
    description: "A second user name for the dashboard, accepted beside the first while the credentials are changed",
  }),
  nextAdminPassword: optionalSetting("ADMIN_PASSWORD_NEXT", password, {
    description: "The second admin's password",
    secret: true,
  }),
  oidcIssuer: optionalSetting("OIDC_ISSUER", issuerUrl, {
    description:
      "OpenID Connect provider that people sign in at, by its issuer, https in production; unset, they sign in with a password alone",
  }),
  oidcClientId: optionalSetting("OIDC_CLIENT_ID", username, {
    description: "Client ID that the provider gave this service",
  }),
  oidcClientSecret: optionalSetting("OIDC_CLIENT_SECRET", password, {
    description: "That client's secret",
    secret: true,
  }),
  oidcRoleClaim: setting("OIDC_ROLE_CLAIM", trimmed, {
    description: "Claim of the provider that gives people their role: a value, or a list of them",
    default: "roles",
  }),
  oidcOperators: optionalSetting("OIDC_OPERATORS", claimValues, {
    description: "Values of that claim, between commas, that make somebody an operator",
  }),
  oidcViewers: optionalSetting("OIDC_VIEWERS", claimValues, {
    description: "Values of that claim, between commas, that make somebody a viewer",
  }),
  unflaggedCancellation: setting("UNFLAGGED_CANCELLATION", choice(["hold", "listed", "missing"]), {
    description:
      "What a cancellation of a purchase of several bookings means when none is marked as cancelled: hold (a person " +
      "decides), listed (those in the notification) or missing (those left out)",
    default: "hold",
  }),
  absentBooking: setting("ABSENT_BOOKING", choice(["hold", "cancel"]), {
    description:
      "What to do with a future booking that its purchase no longer lists: hold (a person decides) or cancel",
    default: "hold",
  }),
  alertSmtpUrl: optionalSetting("ALERT_SMTP_URL", smtpUrl, {
    description: "Mail server that alerts are sent by: smtps://user:password@host, or smtp:// with STARTTLS",
    secret: true,
  }),
  alertMailFrom: optionalSetting("ALERT_MAIL_FROM", oneMailAddress, {
    description: "Address that those mails are from",
  }),
  alertMailTo: optionalSetting("ALERT_MAIL_TO", mailAddresses, {
    description: "Addresses that those mails go to, between commas",
  }),
  eventsHookUrl: optionalSetting("EVENTS_HOOK_URL", hookUrl, {
    description: "URL of yours that what fails, is mended and is done by operators is posted to; https in production",
    secret: true,
  }),
  eventsHookSecret: optionalSetting("EVENTS_HOOK_SECRET", hookSecret, {
    description: "What those posts are signed with; 16 characters at least",
    secret: true,
  }),
};
