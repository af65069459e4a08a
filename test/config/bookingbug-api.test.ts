/** BookingBug's API in the configuration: off, whole, or refused with what to set. */
import { describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { loadConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { testEnvironment } from "../support/environment.ts";

const base = testEnvironment("redis://127.0.0.1:6379", "http://127.0.0.1:1");
const load = (more: Readonly<Record<string, string>>) => loadConfig({ ...base, ...more }, connectors).bookingbugApi;

const URL = { BOOKINGBUG_API_URL: "https://uk.bookingbug.com" };
const COMPANY = { BOOKINGBUG_API_COMPANY_ID: "37000" };
const CLIENT = { BOOKINGBUG_API_CLIENT_ID: "id", BOOKINGBUG_API_CLIENT_SECRET: "s3cr3t" };
const ADMINISTRATOR = {
  BOOKINGBUG_API_APP_ID: "app",
  BOOKINGBUG_API_EMAIL: "a@example.com",
  BOOKINGBUG_API_PASSWORD: "s3cr3t",
};

function problems(more: Readonly<Record<string, string>>): readonly { variable: string; message: string }[] {
  try {
    load(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("BookingBug's API", () => {
  it("is off where nothing is set", () => {
    expect(load({})).toBeUndefined();
    expect(load({ BOOKINGBUG_API_VERSION: "v5", BOOKINGBUG_API_REQUESTS_PER_SECOND: "1" })).toBeUndefined();
  });

  it("is reached by client credentials, or as an administrator", () => {
    const common = { url: "https://uk.bookingbug.com", version: "v1", companies: ["37000"], requestsPerSecond: 2 };
    expect(load({ ...URL, ...COMPANY, ...CLIENT })).toEqual({
      ...common,
      signIn: { kind: "client_credentials", clientId: "id", clientSecret: "s3cr3t" },
    });
    const administrator = {
      kind: "administrator",
      appId: "app",
      appKey: undefined,
      email: "a@example.com",
      password: "s3cr3t",
    };
    expect(load({ ...URL, ...COMPANY, ...ADMINISTRATOR })).toEqual({ ...common, signIn: administrator });
    const newer = { BOOKINGBUG_API_VERSION: "v5", BOOKINGBUG_API_APP_KEY: "key", BOOKINGBUG_API_COMPANY_ID: "1, 2,1" };
    expect(load({ ...URL, ...ADMINISTRATOR, ...newer })).toEqual({
      ...common,
      version: "v5",
      companies: ["1", "2"],
      signIn: { ...administrator, appKey: "key" },
    });
  });

  it.each([
    "https://uk.bookingbug.com/",
    "https://uk.bookingbug.com/api/v1",
    "https://uk.bookingbug.com/api/v5/",
    "https://uk.bookingbug.com/api",
  ])("is at the host, however much of its paths is copied: %s", (url) => {
    expect(load({ BOOKINGBUG_API_URL: url, ...COMPANY, ...CLIENT })?.url).toBe("https://uk.bookingbug.com");
  });

  const halves: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    ["credentials without an address", { ...CLIENT, ...COMPANY }, ["BOOKINGBUG_API_URL"]],
    ["a company without an address", COMPANY, ["BOOKINGBUG_API_URL"]],
    ["an address alone", URL, ["BOOKINGBUG_API_COMPANY_ID", "BOOKINGBUG_API_CLIENT_ID"]],
    ["no company", { ...URL, ...CLIENT }, ["BOOKINGBUG_API_COMPANY_ID"]],
    [
      "an id without its secret",
      { ...URL, ...COMPANY, BOOKINGBUG_API_CLIENT_ID: "id" },
      ["BOOKINGBUG_API_CLIENT_SECRET"],
    ],
    [
      "a secret without its id",
      { ...URL, ...COMPANY, BOOKINGBUG_API_CLIENT_SECRET: "x" },
      ["BOOKINGBUG_API_CLIENT_ID"],
    ],
    [
      "an application alone",
      { ...URL, ...COMPANY, BOOKINGBUG_API_APP_ID: "x" },
      ["BOOKINGBUG_API_EMAIL", "BOOKINGBUG_API_PASSWORD"],
    ],
    [
      "a person alone",
      { ...URL, ...COMPANY, BOOKINGBUG_API_EMAIL: "a@b.c" },
      ["BOOKINGBUG_API_APP_ID", "BOOKINGBUG_API_PASSWORD"],
    ],
    ["both ways to sign in", { ...URL, ...COMPANY, ...CLIENT, ...ADMINISTRATOR }, ["BOOKINGBUG_API_CLIENT_ID"]],
    ["no address", { BOOKINGBUG_API_URL: "uk.bookingbug.com", ...COMPANY, ...CLIENT }, ["BOOKINGBUG_API_URL"]],
    [
      "an address with a password",
      { BOOKINGBUG_API_URL: "https://a:b@c.com", ...COMPANY, ...CLIENT },
      ["BOOKINGBUG_API_URL"],
    ],
    ["a company by name", { ...URL, ...CLIENT, BOOKINGBUG_API_COMPANY_ID: "London" }, ["BOOKINGBUG_API_COMPANY_ID"]],
    [
      "a version that there is not",
      { ...URL, ...COMPANY, ...CLIENT, BOOKINGBUG_API_VERSION: "v3" },
      ["BOOKINGBUG_API_VERSION"],
    ],
    [
      "no pace",
      { ...URL, ...COMPANY, ...CLIENT, BOOKINGBUG_API_REQUESTS_PER_SECOND: "0" },
      ["BOOKINGBUG_API_REQUESTS_PER_SECOND"],
    ],
  ];
  it.each(halves)("is refused by the variable that is to be set: %s", (_, more, expected) => {
    const found = problems(more);
    expect(found.map(({ variable }) => variable)).toEqual(expected);
    for (const { message } of found) expect(message).toMatch(/\bset\b/);
    expect(JSON.stringify(found)).not.toMatch(/"id"|s3cr3t|a@b|:b@/);
  });

  it("is not asked over plain HTTP in production [S2]", () => {
    const plain = { NODE_ENV: "production", BOOKINGBUG_API_URL: "http://uk.bookingbug.com", ...COMPANY, ...CLIENT };
    const strong = { BOOKINGBUG_PASSWORD: "long-enough-password", ADMIN_PASSWORD: "long-enough-password" };
    expect(problems({ ...plain, ...strong }).map(({ variable }) => variable)).toEqual(["BOOKINGBUG_API_URL"]);
    expect(problems({ ...plain, ...strong, BOOKINGBUG_API_URL: "http://127.0.0.1:4010" })).toEqual([]);
  });
});
