/** Posting notifications with a token beside Basic [E1] [E8]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SignJWT } from "jose";
import { createAccessTokens, TOKEN_SECONDS } from "../../src/oauth/tokens.ts";
import { BOOKINGBUG, basic } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { CLIENT, CLIENT_GRANT, PASSWORD_GRANT, startTokenWeb, type Web, WITH_CLIENT } from "./web.ts";

let server: TestRedis;
let web: Web;

beforeAll(async () => {
  server = await startTestRedis();
  web = await startTokenWeb(server.url, WITH_CLIENT);
});
afterAll(async () => {
  await web.stop();
  await server.stop();
});

const agedBy = (seconds: number) => () => Date.now() - seconds * 1_000;
const issuedBy = (client: { id: string; secret: string }, now = Date.now) => createAccessTokens(client, now).issue();
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

/** Each of a token that is right. */
const CHANGED: readonly [string, (token: string) => string | Promise<string>][] = [
  ["with a letter of its signature changed", (token) => token.replace(/.$/, (last) => (last === "A" ? "Q" : "A"))],
  [
    "with a later end",
    (token) => {
      const [head, , signature] = token.split(".");
      return [head, part({ ...payloadOf(token), exp: 4_102_444_800 }), signature].join(".");
    },
  ],
  ["unsigned", (token) => `${part({ alg: "none", typ: "at+jwt" })}.${token.split(".")[1]}.`],
  [
    "signed by the secret itself",
    (token) =>
      new SignJWT(payloadOf(token))
        .setProtectedHeader({ alg: "HS256", typ: "at+jwt" })
        .sign(Buffer.from(CLIENT.secret)),
  ],
  ["of another secret", () => issuedBy({ ...CLIENT, secret: "another secret" })],
  ["of another client", () => issuedBy({ ...CLIENT, id: "another client" })],
  ["that is over", () => issuedBy(CLIENT, agedBy(TOKEN_SECONDS + 10))],
  ["that is very long", (token) => token + "A".repeat(8_000)],
  ["that is none", () => "abc"],
  ["with blanks in it", (token) => `${token} ${token}`],
  ["that is empty", () => ""],
];

describe("a token", () => {
  it("is taken beside Basic, whatever the case of the scheme", async () => {
    const token = await web.token();
    expect((await web.post(`Bearer ${token}`)).status).toBe(202);
    expect((await web.post(`bEARER  ${token}`)).status).toBe(202);
    expect((await web.post(basic(BOOKINGBUG))).status).toBe(202);
  });

  it("says when it ends and nobody's name", async () => {
    const { iat, ...claims } = payloadOf(await web.token());
    expect(claims).toEqual({ aud: "notifications", exp: Number(iat) + 3_600 });
  });

  it("is known by every process that has the client, and after a restart", async () => {
    const other = await startTokenWeb(server.url, WITH_CLIENT);
    expect((await other.post(`Bearer ${await web.token()}`)).status).toBe(202);
    await other.stop();
  });

  it("is taken until its end, and a moment longer where clocks differ", async () => {
    expect((await web.post(`Bearer ${await issuedBy(CLIENT, agedBy(TOKEN_SECONDS - 30))}`)).status).toBe(202);
    const { isValid } = createAccessTokens(CLIENT, agedBy(-TOKEN_SECONDS - 2));
    expect(await isValid(await web.token())).toBe(true);
  });

  it.each(CHANGED)("%s is refused, and the answer says how to get in", async (_what, change) => {
    const response = await web.post(`Bearer ${await change(await web.token())}`);
    expect(response.status).toBe(401);
    const challenges = response.headers.get("www-authenticate");
    expect(challenges).toMatch(/^Bearer realm="notifications".*, Basic realm="notifications"/);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  it("that is refused is told from none, so that another is fetched", async () => {
    const challenge = async (authorization: string) => (await web.post(authorization)).headers.get("www-authenticate");
    expect(await challenge("Bearer abc")).toContain('error="invalid_token"');
    expect(await challenge(basic({ ...BOOKINGBUG, password: "wrong" }))).not.toContain("error=");
  });

  it("opens neither the dashboard nor the metrics", async () => {
    const authorization = `Bearer ${await web.token()}`;
    for (const path of ["/admin", "/metrics"]) {
      expect((await fetch(`${web.url}${path}`, { headers: { authorization } })).status).toBe(401);
    }
  });

  it("in the address or the body is none", async () => {
    const token = await web.token();
    const response = await fetch(`${web.url}/notifications/bookings?access_token=${token}`, {
      method: "POST",
      body: new URLSearchParams({ access_token: token }),
    });
    expect(response.status).toBe(401);
  });
});

describe("where no client is configured", () => {
  let plain: Web;
  beforeAll(async () => {
    plain = await startTokenWeb(server.url, {});
  });
  afterAll(() => plain.stop());

  it("there is no endpoint", async () => {
    const [there, nowhere] = await Promise.all([plain.askForm(PASSWORD_GRANT), fetch(`${plain.url}/nowhere`)]);
    expect(there.status).toBe(404);
    expect(await there.json()).toEqual(await nowhere.json());
    expect((await plain.askForm(CLIENT_GRANT)).status).toBe(404);
  });

  it("a token is refused as anything but Basic is", async () => {
    const response = await plain.post(`Bearer ${await web.token()}`);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="notifications", charset="UTF-8"');
  });
});

it("in production a token is given over HTTPS only [S2]", async () => {
  const strict = await startTokenWeb(server.url, {
    ...WITH_CLIENT,
    NODE_ENV: "production",
    BOOKINGBUG_PASSWORD: "long enough a password",
    ADMIN_PASSWORD: "long enough a password",
    HUBSPOT_BASE_URL: "https://127.0.0.1:9",
    SALESFORCE_LOGIN_URL: "https://127.0.0.1:9",
    TRUSTED_PROXIES: "1",
  });
  const by = (proto: string) => strict.askForm(CLIENT_GRANT, { "x-forwarded-proto": proto });
  const [plainly, safely] = [await by("http"), await by("https")];
  await strict.stop();
  expect([plainly.status, safely.status]).toEqual([403, 200]);
});
