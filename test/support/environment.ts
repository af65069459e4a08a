/** What a process of the service is configured with in tests and benchmarks: both CRMs are the sandbox at `crmUrl`. */

export const BOOKINGBUG = { username: "bookingbug", password: "bookingbug-secret" } as const;
export const ADMIN = { username: "admin", password: "admin-secret" } as const;

/** The people who sign in. */
export const SIGN_INS = {
  BOOKINGBUG_USERNAME: BOOKINGBUG.username,
  BOOKINGBUG_PASSWORD: BOOKINGBUG.password,
  ADMIN_USERNAME: ADMIN.username,
  ADMIN_PASSWORD: ADMIN.password,
} as const;

/** As `Authorization` says it. */
export function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

export function crmsAt(crmUrl: string) {
  return {
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: crmUrl,
    SALESFORCE_CLIENT_ID: "client",
    SALESFORCE_CLIENT_SECRET: "client-secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: crmUrl,
  } as const;
}

/** @param redisUrl of a Redis of the test's own */
export function testEnvironment(redisUrl: string, crmUrl: string) {
  // Calls that nobody made would be counted with those of a test.
  const quiet = { PORT: "0", SCHEMA_CHECK_HOURS: "0", DRIFT_SWEEP_HOURS: "0" } as const;
  return { ...quiet, REDIS_URL: redisUrl, ...SIGN_INS, ...crmsAt(crmUrl) } as const;
}
