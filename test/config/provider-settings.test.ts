/** The provider that people sign in at, as it is set. */
import { describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { loadConfig } from "../../src/config/config.ts";
import { testEnvironment } from "../support/environment.ts";

const load = (more: Record<string, string>) =>
  loadConfig({ ...testEnvironment("redis://127.0.0.1:1", "http://127.0.0.1:1"), ...more }, connectors);

const ALL = {
  DASHBOARD_URL: "https://crm.example",
  OIDC_ISSUER: "https://login.example/tenant/v2.0",
  OIDC_CLIENT_ID: "client",
  OIDC_CLIENT_SECRET: "a secret of the client",
  OIDC_OPERATORS: "ops, Team A ,",
};
const without = (name: keyof typeof ALL) => Object.fromEntries(Object.entries(ALL).filter(([one]) => one !== name));

describe("the provider that people sign in at", () => {
  it("is none where nothing is said of one", () => {
    expect(load({ DASHBOARD_URL: "https://crm.example", OIDC_ROLE_CLAIM: "groups" }).provider).toBeUndefined();
  });

  it("sends people back to the dashboard, and takes the values as they are written", () => {
    expect(load(ALL).provider).toEqual({
      issuer: "https://login.example/tenant/v2.0",
      client: { id: "client", secret: "a secret of the client" },
      callback: "https://crm.example/admin/sign-in/callback",
      roleClaim: "roles",
      operators: ["ops", "Team A"],
      viewers: [],
    });
  });

  it("is known by the address of its description too", () => {
    const described = `${ALL.OIDC_ISSUER}/.well-known/openid-configuration`;
    expect(load({ ...ALL, OIDC_ISSUER: described }).provider?.issuer).toBe(ALL.OIDC_ISSUER);
  });

  it.each([
    ...(Object.keys(ALL) as (keyof typeof ALL)[]).map((name) => [without(name), name] as const),
    [{ OIDC_VIEWERS: "ops" }, "OIDC_ISSUER"] as const,
    [{ ...ALL, OIDC_ISSUER: "login.example" }, "OIDC_ISSUER"] as const,
    [{ ...ALL, OIDC_ISSUER: "http://login.example", NODE_ENV: "production" }, "OIDC_ISSUER"] as const,
    // Nobody could sign in, and nothing would say why.
    [{ ...ALL, OIDC_OPERATORS: "," }, "OIDC_OPERATORS"] as const,
    [{ ...ALL, OIDC_VIEWERS: " , " }, "OIDC_VIEWERS"] as const,
    // Every tenant's administrator would give out our roles.
    [{ ...ALL, OIDC_ISSUER: "https://login.microsoftonline.com/common/v2.0" }, "OIDC_ISSUER"] as const,
  ])("is refused where it cannot work: %j", (more, variable) => {
    expect(() => load(more)).toThrow(new RegExp(variable));
  });
});
