/** How BookingBug gets a token, in every way that it may ask, and who gets none [E1] [E8] [S3]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Redis } from "ioredis";
import { ADMIN, BOOKINGBUG, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { CLIENT, CLIENT_GRANT, PASSWORD_GRANT, startTokenWeb, type Web, WITH_CLIENT } from "./web.ts";

const NEXT = { username: "bookingbug-next", password: "nächstes" };
const { client_id, client_secret } = CLIENT_GRANT;

let server: TestRedis;
let redis: Redis;
let web: Web;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  web = await startTokenWeb(server.url, {
    ...WITH_CLIENT,
    BOOKINGBUG_USERNAME_NEXT: NEXT.username,
    BOOKINGBUG_PASSWORD_NEXT: NEXT.password,
    TRUSTED_PROXIES: "1",
  });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await web.stop();
  await server.stop();
});

const encoded = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+");
const byHeader = (username: string, password: string) => ({ authorization: basic({ username, password }) });
const rawHeader = byHeader(CLIENT.id, CLIENT.secret);
const onlyGrant = { grant_type: "client_credentials" };

async function expectToken(response: Response): Promise<void> {
  const answer = (await response.json()) as { access_token: string };
  expect(answer).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: 3_600 });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect((await web.post(`Bearer ${answer.access_token}`)).status).toBe(202);
}

async function expectRefusal(response: Response, status: number, error: string): Promise<void> {
  expect(await response.json()).toEqual({ error, error_description: expect.any(String) });
  expect(response.status).toBe(status);
  expect(response.headers.get("cache-control")).toBe("no-store");
}

describe("a token that BookingBug may post with", () => {
  it.each<[string, () => Promise<Response>]>([
    ["the client in a form", () => web.askForm(CLIENT_GRANT)],
    ["the client in JSON", () => web.askJson(CLIENT_GRANT)],
    [
      "the client in the header, encoded by the book",
      () => web.askForm(onlyGrant, byHeader(encoded(CLIENT.id), encoded(CLIENT.secret))),
    ],
    [
      "the client in the header as it is, and its id in the body",
      () => web.askForm({ ...onlyGrant, client_id }, rawHeader),
    ],
    [
      "another sign-in in the header beside the client in the body",
      () => web.askForm(CLIENT_GRANT, { authorization: basic(BOOKINGBUG) }),
    ],
    ["a scope, which says nothing here", () => web.askForm({ ...CLIENT_GRANT, scope: "all_companies owner" })],
    ["a grant typed in capitals", () => web.askForm({ ...CLIENT_GRANT, grant_type: " Client_Credentials " })],
    ["JSON that calls itself nothing", () => web.ask(JSON.stringify(CLIENT_GRANT), { "content-type": "" })],
    [
      "a form that calls itself JSON",
      () => web.ask(new URLSearchParams(CLIENT_GRANT).toString(), { "content-type": "application/json" }),
    ],
    ["the user's name and password in a form", () => web.askForm(PASSWORD_GRANT)],
    ["the user's name and password in JSON", () => web.askJson(PASSWORD_GRANT)],
    ["the second user's, while they are changed", () => web.askForm({ ...PASSWORD_GRANT, ...NEXT })],
    ["the user's, and the client's in the body", () => web.askForm({ ...PASSWORD_GRANT, client_id, client_secret })],
    ["the user's, and the client's in the header", () => web.askForm(PASSWORD_GRANT, rawHeader)],
    ["the user's, and a client left blank", () => web.askForm({ ...PASSWORD_GRANT, client_id: "", client_secret: "" })],
    [
      "the user's, and a client that is null",
      () => web.askJson({ ...PASSWORD_GRANT, client_id: null, client_secret: null }),
    ],
  ])("is given for %s", async (_what, asking) => {
    await expectToken(await asking());
  });
});

describe("no token is given", () => {
  it.each<[string, () => Promise<Response>]>([
    ["a wrong secret", () => web.askForm({ ...CLIENT_GRANT, client_secret: "wrong" })],
    ["a wrong client", () => web.askForm({ ...CLIENT_GRANT, client_id: "wrong" })],
    ["a wrong secret in the header", () => web.askForm(onlyGrant, byHeader(CLIENT.id, "wrong"))],
    [
      "the user's password as a client's",
      () => web.askForm({ ...onlyGrant, client_id: BOOKINGBUG.username, client_secret: BOOKINGBUG.password }),
    ],
    ["the admin's", () => web.askForm(onlyGrant, { authorization: basic(ADMIN) })],
    ["no client at all", () => web.askForm(onlyGrant)],
    ["an id without a secret", () => web.askForm({ ...onlyGrant, client_id })],
    ["a header without a colon", () => web.askForm(onlyGrant, { authorization: "Basic Ym9va2luZ2J1Zw==" })],
    ["the right user with a wrong client", () => web.askForm({ ...PASSWORD_GRANT, client_id, client_secret: "wrong" })],
  ])("for %s: invalid_client", async (_what, asking) => {
    const response = await asking();
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="token"/);
    await expectRefusal(response, 401, "invalid_client");
  });

  it.each<[string, () => Promise<Response>]>([
    ["a wrong password", () => web.askForm({ ...PASSWORD_GRANT, password: "wrong" })],
    ["no password", () => web.askForm({ grant_type: "password", username: BOOKINGBUG.username })],
    ["one user's name with the other's password", () => web.askForm({ ...PASSWORD_GRANT, password: NEXT.password })],
    [
      "the right client with a wrong password",
      () => web.askForm({ ...PASSWORD_GRANT, client_id, client_secret, password: "wrong" }),
    ],
    [
      "the client in the user's place",
      () => web.askForm({ ...PASSWORD_GRANT, username: CLIENT.id, password: CLIENT.secret }),
    ],
  ])("for %s: invalid_grant", async (_what, asking) => {
    await expectRefusal(await asking(), 400, "invalid_grant");
  });

  it.each<[string, () => Promise<Response>, string]>([
    ["another grant", () => web.askForm({ ...CLIENT_GRANT, grant_type: "refresh_token" }), "unsupported_grant_type"],
    ["no grant", () => web.askForm({ client_id, client_secret }), "invalid_request"],
    ["nothing", () => web.ask(""), "invalid_request"],
    ["broken JSON", () => web.ask(`{"client_secret": "${CLIENT.secret}`), "invalid_request"],
    ["JSON of other types", () => web.askJson({ ...CLIENT_GRANT, client_secret: [CLIENT.secret] }), "invalid_request"],
    [
      "something said twice",
      () => web.ask(`${new URLSearchParams(CLIENT_GRANT)}&grant_type=password`),
      "invalid_request",
    ],
  ])("for %s: what is wrong", async (_what, asking, error) => {
    await expectRefusal(await asking(), 400, error);
  });

  it("for more than a few kilobytes, or a few that unpack to more, unread", async () => {
    await expectRefusal(await web.askForm({ ...CLIENT_GRANT, scope: "x".repeat(9_000) }), 413, "invalid_request");
    const packed = await web.askForm(CLIENT_GRANT, { "content-encoding": "gzip" });
    await expectRefusal(packed, 415, "invalid_request");
  });

  it("by another method than POST", async () => {
    const response = await fetch(`${web.url}/oauth/token?${new URLSearchParams(CLIENT_GRANT)}`);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  it("whatever is sent, and never a fault of ours", async () => {
    const value = fc.oneof(fc.string(), fc.constantFrom("password", "client_credentials", "\u0000", "%", "__proto__"));
    const parameters = fc.dictionary(
      fc.constantFrom("grant_type", "client_id", "client_secret", "username", "password", "__proto__", "scope"),
      fc.oneof(value, fc.jsonValue()),
    );
    const body = fc.oneof(
      parameters.map((one) => JSON.stringify(one)),
      fc.string(),
      fc.json(),
    );
    const header = fc.oneof(
      fc.constant(""),
      fc.base64String().map((text) => `Basic ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(body, header, async (text, authorization) => {
        const { status } = await web.ask(text, { authorization, "x-forwarded-for": "192.0.2.99" });
        expect([400, 401, 413, 415, 429]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });
});

describe("guesses at the token's credentials [S3]", () => {
  const from = (address: string) => ({ "x-forwarded-for": address });
  const page = async (path: string) =>
    (await fetch(`${web.url}${path}`, { headers: { authorization: basic(ADMIN) } })).text();

  it.each<[string, (secret: string, address: string) => Promise<Response>, string]>([
    [
      "client",
      (client_secret, address) => web.askForm({ ...CLIENT_GRANT, client_secret }, from(address)),
      client_secret,
    ],
    ["user", (password, address) => web.askForm({ ...PASSWORD_GRANT, password }, from(address)), BOOKINGBUG.password],
  ])(
    "of a %s close it for the name from there, the right one included, and for nobody from elsewhere",
    async (_who, guess, right) => {
      const guesses = await Promise.all(Array.from({ length: 30 }, (_, i) => guess(`wrong ${i}`, "192.0.2.1")));
      expect(guesses.filter(({ status }) => status === 429)).toHaveLength(20);
      const closed = await guess(right, "192.0.2.1");
      expect(Number(closed.headers.get("retry-after"))).toBeGreaterThan(60);
      await expectRefusal(closed, 429, "temporarily_unavailable");
      expect((await guess(right, "192.0.2.2")).status).toBe(200);
      // The callbacks by Basic go on from there too.
      expect((await web.post(basic(BOOKINGBUG), from("192.0.2.1"))).status).toBe(202);
    },
  );

  it("count apart from those at the dashboard, though the names be the same", async () => {
    const asAdmin = { ...CLIENT_GRANT, client_id: ADMIN.username, client_secret: "wrong" };
    const guesses = Array.from({ length: 12 }, () => web.askForm(asAdmin, from("192.0.2.3")));
    expect((await Promise.all(guesses)).at(-1)?.status).toBe(429);
    const dashboard = { headers: { authorization: basic(ADMIN), ...from("192.0.2.3") } };
    expect((await fetch(`${web.url}/admin`, dashboard)).status).toBe(200);
  });

  it("are shown and counted, as every refused sign-in of BookingBug's is [S4]", async () => {
    await eventually(async () => {
      await web.askForm({ ...CLIENT_GRANT, client_secret: "wrong" }, from("192.0.2.7"));
      expect(/Last refused sign-in.*192\.0\.2\.7/s.test(await page("/admin"))).toBe(true);
    });
    await eventually(async () => {
      expect(await page("/metrics")).toMatch(/^crm_sync_notifications_refused_total(\{\})? [1-9]/m);
    });
  });

  it("are in the audit trail once, by a name that is ours [S8]", async () => {
    for (const client_id of [CLIENT.id, "Qz-typed-password"]) {
      const guess = (i: number) =>
        web.askForm({ ...CLIENT_GRANT, client_id, client_secret: `wrong ${i}` }, from("192.0.2.8"));
      await Promise.all(Array.from({ length: 13 }, (_, i) => guess(i)));
    }
    const trail = await page("/admin/audit?what=sign_in_refused");
    expect(trail.match(/192\.0\.2\.8/g)).toHaveLength(2);
    expect(trail).toContain(CLIENT.id);
    expect(trail).not.toContain("Qz-typed");
  });
});

it("nothing of a secret, a password or a token is logged [E5]", async () => {
  const token = await web.token();
  await web.askForm({ ...CLIENT_GRANT, client_secret: `${CLIENT.secret}!` });
  await web.askForm({ ...PASSWORD_GRANT, password: `${BOOKINGBUG.password}!` });
  await web.ask(`{"client_secret": "${CLIENT.secret}`);
  await web.post(`Bearer ${token}`);
  await web.post(`Bearer ${token}!`);
  expect(web.logged()).toContain("was refused");
  for (const secret of [CLIENT.secret, encoded(CLIENT.secret), BOOKINGBUG.password, token]) {
    expect(web.logged()).not.toContain(secret);
  }
});
