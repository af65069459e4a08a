/** Structured logs (pino). What could name a person or open a booking is cut out whoever logs it. */
import { type Logger, pino } from "pino";
import type { Config } from "../config/config.ts";

const PERSONAL = [
  "email",
  "first_name",
  "last_name",
  "name",
  "mobile",
  "phone",
  "long_id",
  "purchase_ref",
  "body",
  "password",
  "authorization",
  "client_secret",
  "access_token",
];

export function createLog(config: Pick<Config, "logLevel">, process: string): Logger {
  return pino({
    level: config.logLevel,
    base: { process },
    redact: { paths: PERSONAL.flatMap((key) => [key, `*.${key}`]), censor: "‹redacted›" },
  });
}
