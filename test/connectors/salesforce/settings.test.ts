/** What the environment must say for the connector to sign in, and what an admin reads when it does not. */
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { salesforce } from "../../../connectors/salesforce/index.ts";

const HOME = "https://acme.my.salesforce.com";
const pem = (type: "rsa" | "ed25519"): string => {
  const { privateKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync(type);
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
};
const RSA = pem("rsa");

const client = { SALESFORCE_CLIENT_ID: "id", SALESFORCE_CLIENT_SECRET: "secret" };
const jwt = { SALESFORCE_CLIENT_ID: "id", SALESFORCE_USERNAME: "sync@acme.example", SALESFORCE_PRIVATE_KEY: RSA };
const refresh = { ...client, SALESFORCE_REFRESH_TOKEN: "refresh" };
const trial = { SALESFORCE_INSTANCE_URL: HOME, SALESFORCE_ACCESS_TOKEN: "token" };

const problems = (environment: Record<string, string | undefined>): string[] =>
  salesforce.settings.safeParse(environment).error?.issues.map(({ message }) => message) ?? [];

describe("Salesforce settings", () => {
  it.each([
    [
      "client credentials",
      { ...client, SALESFORCE_LOGIN_URL: `${HOME}/` },
      { kind: "client_credentials", loginUrl: HOME },
    ],
    ["JWT bearer", { ...jwt, SALESFORCE_LOGIN_URL: HOME }, { kind: "jwt_bearer", loginUrl: HOME }],
    ["JWT bearer, the app's secret beside it", { ...jwt, ...client }, { kind: "jwt_bearer" }],
    ["a refresh token", { ...refresh, SALESFORCE_LOGIN_URL: HOME }, { kind: "refresh_token", clientSecret: "secret" }],
    ["an access token", trial, { kind: "access_token", instanceUrl: HOME }],
    ["empty variables beside a complete set", { ...trial, SALESFORCE_REFRESH_TOKEN: "" }, { kind: "access_token" }],
  ])("takes %s", (_way, environment, auth) => {
    expect(salesforce.settings.parse(environment)).toMatchObject({ auth, apiVersion: "68.0" });
  });

  it("goes to login.salesforce.com where no login URL is set and that host will do", () => {
    for (const environment of [jwt, refresh]) {
      const { auth } = salesforce.settings.parse(environment);
      expect(auth).toMatchObject({ loginUrl: "https://login.salesforce.com" });
    }
  });

  it("reads a key whose line ends are written as \\n", () => {
    const escaped = { ...jwt, SALESFORCE_PRIVATE_KEY: RSA.replaceAll("\n", "\\n") };
    expect(salesforce.settings.parse(escaped).auth).toMatchObject({ privateKey: RSA });
  });

  it.each([
    ["nothing", {}, ["Salesforce: no complete way to sign in; set SALESFORCE_LOGIN_URL and one of"]],
    ["client credentials without a login URL", client, ["SALESFORCE_LOGIN_URL: set the org's My Domain URL"]],
    [
      "client credentials at the shared login host",
      { ...client, SALESFORCE_LOGIN_URL: "https://login.salesforce.com/" },
      ["SALESFORCE_LOGIN_URL: set the org's My Domain URL"],
    ],
    [
      "a client secret alone",
      { SALESFORCE_CLIENT_SECRET: "s", SALESFORCE_LOGIN_URL: HOME },
      ["SALESFORCE_CLIENT_ID: missing"],
    ],
    ["a key alone", { SALESFORCE_PRIVATE_KEY: RSA }, ["SALESFORCE_CLIENT_ID: missing", "SALESFORCE_USERNAME: missing"]],
    [
      "a key that is none",
      { ...jwt, SALESFORCE_PRIVATE_KEY: "secret" },
      ["SALESFORCE_PRIVATE_KEY: set an RSA private key"],
    ],
    [
      "a key of another kind",
      { ...jwt, SALESFORCE_PRIVATE_KEY: pem("ed25519") },
      ["SALESFORCE_PRIVATE_KEY: set an RSA"],
    ],
    ["a refresh token alone", { SALESFORCE_REFRESH_TOKEN: "r" }, ["SALESFORCE_CLIENT_ID: missing"]],
    ["an access token alone", { SALESFORCE_ACCESS_TOKEN: "t" }, ["SALESFORCE_INSTANCE_URL: missing"]],
    [
      "a page's address",
      { ...trial, SALESFORCE_INSTANCE_URL: "https://acme.lightning.force.com" },
      ["SALESFORCE_INSTANCE_URL: set the My Domain URL"],
    ],
    ["a URL that is none", { ...jwt, SALESFORCE_LOGIN_URL: "acme" }, ["SALESFORCE_LOGIN_URL: set a URL such as"]],
    [
      "a key and a refresh token",
      { ...jwt, ...refresh },
      ["Salesforce: SALESFORCE_REFRESH_TOKEN and SALESFORCE_PRIVATE_KEY each name"],
    ],
    [
      "a trial's token beside a client",
      { ...trial, ...client },
      ["Salesforce: SALESFORCE_ACCESS_TOKEN and SALESFORCE_CLIENT_SECRET each name"],
    ],
    [
      "a version that is none",
      { ...trial, SALESFORCE_API_VERSION: "latest" },
      ["SALESFORCE_API_VERSION: set a version such as 68.0"],
    ],
  ])("refuses %s, and says what to set", (_what, environment, expected) => {
    const found = problems(environment);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start);
  });

  it("repeats no secret in what it says", () => {
    const said = problems({ ...jwt, SALESFORCE_PRIVATE_KEY: "hush-hush", SALESFORCE_LOGIN_URL: "acme" }).join();
    expect(said).not.toContain("hush-hush");
  });
});
