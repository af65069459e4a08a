/** Tokens: how they are asked for, renewed, and what happens when they are refused. */
import { createVerify, generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  accept,
  connectTo,
  errorOf,
  failedRow,
  fault,
  findByEmail,
  type Peer,
  startPeer,
  TOKEN_PATH,
  upsert,
} from "./peer.ts";

const noRecords = { body: { done: true, records: [] } };
const expired = fault(401, "INVALID_SESSION_ID", "Session expired or invalid");
const trial = (peer: Peer) => ({
  SALESFORCE_CLIENT_SECRET: undefined,
  SALESFORCE_INSTANCE_URL: peer.url,
  SALESFORCE_ACCESS_TOKEN: "trial",
});

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

/** The org accepts these tokens. */
const accepting =
  (...tokens: string[]) =>
  ({ path, token }: { path: string; token: string }) =>
    path === TOKEN_PATH ? undefined : tokens.includes(token) ? noRecords : expired;

describe("signing in", () => {
  it("sends client credentials, and then works at the instance the token names", async () => {
    const org = await startPeer(() => noRecords);
    peer.script = () => ({ body: { access_token: "elsewhere", instance_url: `${org.url}/` } });
    const { connector } = connectTo(peer);
    await findByEmail(connector, "ana@example.com");
    expect(Object.fromEntries(peer.tokenCalls[0]?.form ?? [])).toEqual({
      grant_type: "client_credentials",
      client_id: "client-id",
      client_secret: "client-secret",
    });
    expect(org.calls.map(({ path, token }) => [path, token])).toEqual([["/services/data/v68.0/query", "elsewhere"]]);
    expect(connector.recordUrl("Contact", "003A")).toBe(`${org.url}/lightning/r/Contact/003A/view`);
    await org.close();
  });

  it("sends a JWT that the certificate's key verifies, for the login URL", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    peer.script = accepting("token-1");
    const { connector } = connectTo(peer, {
      env: {
        SALESFORCE_CLIENT_SECRET: undefined,
        SALESFORCE_USERNAME: "sync@acme.example",
        SALESFORCE_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      },
    });
    await findByEmail(connector, "ana@example.com");
    const form = peer.tokenCalls[0]?.form;
    expect(form?.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", signature = ""] = (form?.get("assertion") ?? "").split(".");
    expect(createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
    const read = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(read).toMatchObject({ iss: "client-id", sub: "sync@acme.example", aud: peer.url });
    expect(read.exp * 1000 - Date.now()).toBeLessThanOrEqual(180_000);
  });

  it("uses the refresh token that Salesforce rotated in", async () => {
    let tokens = ["token-1"];
    peer.script = (request) =>
      request.path === TOKEN_PATH
        ? {
            body: {
              access_token: `token-${peer.tokenCalls.length}`,
              instance_url: peer.url,
              refresh_token: `rotated-${peer.tokenCalls.length}`,
            },
          }
        : accepting(...tokens)(request);
    const { connector } = connectTo(peer, { env: { SALESFORCE_REFRESH_TOKEN: "first" } });
    await findByEmail(connector, "ana@example.com");
    tokens = ["token-2"];
    await findByEmail(connector, "ana@example.com");
    expect(peer.tokenCalls.map(({ form }) => form.get("refresh_token"))).toEqual(["first", "rotated-1"]);
  });

  it.each([
    [400, "invalid_grant"],
    [401, "invalid_client"],
    [400, "inactive_org"],
  ])("is refused with %i %s, and tries anew the next time", async (status, error) => {
    let refused = true;
    peer.script = (request) =>
      request.path === TOKEN_PATH && refused
        ? { status, body: { error, error_description: "no such user sync@acme.example" } }
        : accepting("token-2")(request);
    const { connector } = connectTo(peer);
    const said = await errorOf(connector.probe());
    expect(said).toMatchObject({ kind: "unauthorised", code: error, status });
    expect(said.message).not.toContain("sync@acme.example");
    refused = false;
    await expect(connector.probe()).resolves.toBeUndefined();
  });

  it.each([
    ["5xx", fault(503, "SERVER_UNAVAILABLE"), "unavailable"],
    ["an HTML page", { status: 502, body: "<html>Bad gateway</html>" }, "unavailable"],
    ["a limit", { status: 429, body: {} }, "rate_limited"],
    ["silence", "hang", "unavailable"],
    ["a body that never ends", "stall", "unavailable"],
    ["a body that breaks off", "break", "unavailable"],
    ["a reset", "reset", "unavailable"],
    ["a 200 without a token", { body: {} }, "unavailable"],
  ] as const)("does not take the token endpoint's %s for a refusal", async (_what, answer, kind) => {
    peer.script = () => answer;
    const { connector, reports } = connectTo(peer, {
      requestTimeoutMs: answer === "hang" || answer === "stall" ? 300 : 10_000,
    });
    expect(await errorOf(connector.probe())).toMatchObject({ kind });
    expect(reports.map(({ operation }) => operation)).toEqual(["token"]);
  });
});

describe("a refused session", () => {
  it("is renewed once for all who meet it, and each call is repeated once", async () => {
    peer.script = accepting("token-1");
    const { connector } = connectTo(peer);
    await connector.probe();
    peer.script = accepting("token-2");
    await Promise.all([connector.probe(), connector.probe(), connector.probe()]);
    expect(peer.tokenCalls).toHaveLength(2);
    expect(peer.calls).toHaveLength(1 + 2 * 3);
  });

  it("is not renewed without end when the new one is refused too, and a later call asks for another", async () => {
    peer.script = accepting();
    const { connector } = connectTo(peer);
    expect(await errorOf(findByEmail(connector, "ana@example.com"))).toMatchObject({
      kind: "unauthorised",
      status: 401,
    });
    expect([peer.tokenCalls.length, peer.calls.length]).toEqual([2, 2]);
    peer.script = accepting("token-3");
    await expect(findByEmail(connector, "ana@example.com")).resolves.toEqual([]);
    expect([peer.tokenCalls.length, peer.calls.length]).toEqual([3, 3]);
  });

  it("ends the call as an outage when the renewal meets one", async () => {
    peer.script = accepting("token-1");
    const { connector } = connectTo(peer);
    await connector.probe();
    peer.script = ({ path }) => (path === TOKEN_PATH ? { status: 500, body: "<html></html>" } : expired);
    expect(await errorOf(connector.probe())).toMatchObject({ kind: "unavailable" });
  });

  it("cannot be renewed when all there is, is an access token", async () => {
    peer.script = accepting();
    const { connector } = connectTo(peer, { env: trial(peer) });
    const error = await errorOf(connector.probe());
    expect(error).toMatchObject({ kind: "unauthorised" });
    expect(error.message).toContain("SALESFORCE_ACCESS_TOKEN is refused and cannot be renewed");
    expect([peer.tokenCalls.length, peer.calls.length]).toEqual([0, 1]);
    peer.script = accepting("trial");
    await expect(connector.probe()).resolves.toBeUndefined();
  });

  it("may show in rows only: those are written again with a new session, the others are not", async () => {
    peer.script = (request) => {
      if (request.path === TOKEN_PATH) return undefined;
      const isOld = request.token === "token-1";
      return accept(request, (row) => (isOld && row.BB_Id__c === "2" ? failedRow("INVALID_SESSION_ID") : undefined));
    };
    const { connector } = connectTo(peer);
    const saved = await Promise.all(["1", "2", "3"].map((id) => connector.save(upsert(id))));
    expect(saved.map(({ id }) => id)).toEqual(["003-1", "003-2", "003-3"]);
    expect(peer.calls.map(({ text }) => JSON.parse(text).records.length)).toEqual([3, 1]);
    expect(peer.tokenCalls).toHaveLength(2);
  });

  it("that stays refused in its row, refuses that row as unauthorised", async () => {
    peer.script = (request) =>
      request.path === TOKEN_PATH ? undefined : accept(request, () => failedRow("INVALID_SESSION_ID", "expired"));
    const { connector } = connectTo(peer);
    expect(await errorOf(connector.save(upsert("1")))).toMatchObject({ kind: "unauthorised" });
    expect(peer.calls).toHaveLength(2);
  });
});

describe("an org that has moved", () => {
  it.each([
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" }],
    ["420", { status: 420, body: "<html></html>" }],
  ])("is asked for where it is now, once its old place answers with %s [X5]", async (_what, answer) => {
    const [old, now] = [await startPeer(() => noRecords), await startPeer(() => noRecords)];
    let place = old;
    peer.script = () => ({ body: { access_token: "token", instance_url: place.url } });
    const { connector } = connectTo(peer);
    await connector.probe();
    place = now;
    old.script = () => answer;
    expect(await errorOf(connector.probe())).toMatchObject({ kind: "unavailable" });
    await expect(connector.probe()).resolves.toBeUndefined();
    expect([peer.tokenCalls.length, old.calls.length, now.calls.length]).toEqual([2, 2, 1]);
    await Promise.all([old.close(), now.close()]);
  });
});
