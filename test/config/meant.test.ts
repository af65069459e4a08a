/** Settings that would be taken for something else than what was meant are refused. */
import { describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { loadConfig } from "../../src/config/config.ts";
import { hashPassword } from "../../src/people/password.ts";
import { testEnvironment } from "../support/environment.ts";

const load = (more: Record<string, string>) =>
  loadConfig({ ...testEnvironment("redis://127.0.0.1:1", "http://127.0.0.1:1"), ...more }, connectors);

describe("production [S2]", () => {
  it.each(["Production", "PRODUCTION", "prod", '"production"', "production;"])("is not nearly said: %s", (name) => {
    expect(() => load({ NODE_ENV: name })).toThrow(/NODE_ENV: set production/);
  });

  it.each(["development", "test", "staging", "preprod", "non-production"])("is not meant by %s", (name) => {
    expect(load({ NODE_ENV: name }).production).toBe(false);
  });
});

describe("where the web process listens [S11]", () => {
  it.each(["[::1]", "[::ffff:127.0.0.1]"])("is no placeholder, in brackets either: %s", (host) => {
    expect(() => load({ LISTEN_HOST: host })).toThrow(/LISTEN_HOST: set an IP address/);
  });

  it.each(["[your address]", "[address]", "<address>"])("is unset where an example was left: %s", (host) => {
    expect(load({ LISTEN_HOST: host }).host).toBeUndefined();
  });
});

describe("credentials that nobody could sign in by [E1]", () => {
  it.each([
    ["BOOKINGBUG_PASSWORD", "a-secret-made-with-echo\n"],
    ["BOOKINGBUG_USERNAME", "bookingbug\r"],
    ["ADMIN_PASSWORD", "two\tparts of a password"],
    ["BOOKINGBUG_OAUTH_CLIENT_SECRET", "a-secret-made-with-echo\r\n"],
  ])("are refused, and not said: %s", (name, value) => {
    const start = () =>
      load({ BOOKINGBUG_OAUTH_CLIENT_ID: "client", BOOKINGBUG_OAUTH_CLIENT_SECRET: "s", [name]: value });
    expect(start).toThrow(new RegExp(`${name}: must not hold a line break`));
    expect(start).not.toThrow(value.trim());
  });

  it("may hold blanks, colons and letters of any language", () => {
    const ADMIN_PASSWORD = " pässwörd: with blanks ";
    expect(load({ ADMIN_PASSWORD }).admin[0].password).toBe(ADMIN_PASSWORD);
  });
});

describe("secrets that are sent to somebody else [E9]", () => {
  const HOOK = { EVENTS_HOOK_URL: "https://hook.example/", EVENTS_HOOK_SECRET: "sixteen letters here" };
  const API = {
    ...{ BOOKINGBUG_API_URL: "https://uk.bookingbug.com", BOOKINGBUG_API_COMPANY_ID: "37" },
    ...{ BOOKINGBUG_API_CLIENT_ID: "client", BOOKINGBUG_API_CLIENT_SECRET: "its secret" },
  };
  it.each(["EVENTS_HOOK_SECRET", "BOOKINGBUG_API_CLIENT_SECRET"])(
    "hold no line break, which %s was pasted with",
    (name) => {
      expect(() => load({ ...HOOK, ...API, [name]: "a secret made with echo\n" })).toThrow(
        `${name}: must not hold a line break`,
      );
    },
  );

  it("go with a name that has no blanks around it", () => {
    const { bookingbugApi } = load({ ...API, BOOKINGBUG_API_CLIENT_ID: " client\n" });
    expect(bookingbugApi?.signIn).toMatchObject({ clientId: "client", clientSecret: "its secret" });
  });
});

describe("a folder or a file [E9]", () => {
  it("has no blanks and no line break around its name", () => {
    const DATA_DIR = " data\n";
    const config = load({ REDIS_URL: "", DATA_DIR, MAPPINGS_DIR: "mappings\n", ADMIN_USERS_FILE: "users.txt " });
    expect(config).toMatchObject({ mappingsDir: "mappings", adminUsersFile: "users.txt", redis: { dataDir: "data" } });
  });
});

describe("a user who has the pair's name [U1]", () => {
  it.each(["ADMIN_USERNAME", "ADMIN_USERNAME_NEXT"])("is refused: that of %s", async (name) => {
    const ADMIN_USERS = `ada:viewer:${await hashPassword("a password of hers")}`;
    const pair = { ADMIN_USERNAME: "grace", ADMIN_USERNAME_NEXT: "joan", ADMIN_PASSWORD_NEXT: "another password" };
    expect(load({ ...pair, ADMIN_USERS }).adminUsers).toHaveLength(1);
    expect(() => load({ ...pair, ADMIN_USERS, [name]: "ada" })).toThrow(`ADMIN_USERS: names a user as ${name} does`);
  });
});
