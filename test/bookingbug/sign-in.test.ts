/** Signing in to BookingBug, by each of its ways, and what becomes of a session. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { PARENT } from "../../sandbox/bookingbug/options.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { BY_ADMINISTRATOR, BY_CLIENT, clientOf, company, errorOf, pagesOf } from "./peer.ts";

let sandbox: Sandbox;
let asked: { method: string; path: string; headers: Readonly<Record<string, unknown>>; body: string }[];
afterEach(() => sandbox.close());

async function start(bookingbug: BookingBugSandboxOptions = {}): Promise<void> {
  asked = [];
  sandbox = await startSandbox({ bookingbug, onRequest: (_, request) => void asked.push(request) });
}

describe("signing in [Q2]", () => {
  it("with client credentials is for all companies, and begins nothing that it does not need", async () => {
    await start();
    const bookingbug = clientOf(sandbox, { signIn: BY_CLIENT, companies: [company, "99"] });
    await pagesOf(bookingbug);
    await pagesOf(bookingbug, { company: "99" });
    await bookingbug.signIn("99");
    expect(asked.map(({ path }) => path)).toEqual([
      "/oauth/token",
      ...[company, "99"].map((one) => `/api/v1/admin/${one}/bookings`),
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({
      grant_type: "client_credentials",
      scope: "all_companies owner",
    });
    expect(asked[1]?.headers).toMatchObject({ authorization: "Bearer bb-token-1", accept: "application/json" });
  });

  const ways: readonly (readonly [string, BookingBugSandboxOptions])[] = [
    ["the token in the body", { tokenIn: "body" }],
    ["the token in a header", { tokenIn: "header" }],
    ["at /login alone", { loginPath: "login" }],
    ["of several companies", { administrated: [37_001, PARENT, 37_002] }],
    ["of several companies, at /login alone", { administrated: [37_001, PARENT], loginPath: "login" }],
  ];
  it.each(ways)("as an administrator: %s", async (_, options) => {
    await start(options);
    await pagesOf(clientOf(sandbox, { signIn: BY_ADMINISTRATOR }));
    const last = asked.at(-1);
    expect(last?.path).toBe(`/api/v1/admin/${company}/bookings`);
    expect(last?.headers).toMatchObject({ "app-id": "bb-app", "app-key": "bb-app-key", "auth-token": "bb-token-1" });
    expect(last?.headers).not.toHaveProperty("authorization");
  });

  it("as an administrator of the newer version has no key, and its paths", async () => {
    await start();
    await pagesOf(clientOf(sandbox, { version: "v5", signIn: { ...BY_ADMINISTRATOR, appKey: undefined } }));
    expect(asked.map(({ path }) => path)).toEqual(["/api/v5/login/admin", `/api/v5/admin/${company}/bookings`]);
    expect(asked.every(({ headers }) => !("app-key" in headers))).toBe(true);
  });

  it("as an administrator is once for each company that is configured", async () => {
    await start({ administrated: [PARENT, 37_001] });
    const bookingbug = clientOf(sandbox, { signIn: BY_ADMINISTRATOR, companies: [company, "37001"] });
    await pagesOf(bookingbug);
    await pagesOf(bookingbug, { company: "37001" });
    await pagesOf(bookingbug);
    expect(asked.filter(({ path }) => path.includes("/admin/")).map(({ headers }) => headers["auth-token"])).toEqual([
      "bb-token-1",
      "bb-token-2",
      "bb-token-1",
    ]);
  });

  it("as an administrator of other companies says what to set", async () => {
    await start({ administrated: [37_001, 37_002] });
    const error = await errorOf(pagesOf(clientOf(sandbox, { signIn: BY_ADMINISTRATOR })));
    expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("BOOKINGBUG_API_COMPANY_ID") });
  });

  it.each([
    ["client credentials", { ...BY_CLIENT, clientSecret: "wrong" }, "BOOKINGBUG_API_CLIENT_SECRET"],
    ["an administrator", { ...BY_ADMINISTRATOR, password: "wrong" }, "BOOKINGBUG_API_PASSWORD"],
    ["an application's key", { ...BY_ADMINISTRATOR, appKey: "wrong" }, "BOOKINGBUG_API_APP_KEY"],
  ] as const)("is refused by what to look at, and says no secret: %s", async (_, signIn, variable) => {
    await start();
    const error = await errorOf(pagesOf(clientOf(sandbox, { signIn })));
    expect(error).toMatchObject({ kind: "unauthorised", retry: false, message: expect.stringContaining(variable) });
    expect(JSON.stringify([error, String(error)])).not.toMatch(/wrong|bb-|admin@/);
    expect(asked).toHaveLength(1);
  });
});

describe("a session [Q2]", () => {
  it.each([BY_CLIENT, BY_ADMINISTRATOR])(
    "that has ended is renewed once, and what was asked is answered",
    async (signIn) => {
      await start();
      sandbox.bookingbug.book({ starts: [new Date()] });
      const bookingbug = clientOf(sandbox, { signIn });
      await pagesOf(bookingbug);
      sandbox.bookingbug.expireTokens();
      expect((await pagesOf(bookingbug))[0]?.rows).toHaveLength(1);
      expect(sandbox.bookingbug.stats.calls.sign_in).toBe(2);
    },
  );

  it("that is refused although it is new is not begun over and over", async () => {
    await start();
    sandbox.faults.set([{ crm: "bookingbug", match: "/admin/", action: { type: "status", status: 401 } }]);
    const error = await errorOf(pagesOf(clientOf(sandbox)));
    expect(error).toMatchObject({ kind: "unauthorised", message: expect.stringContaining("BOOKINGBUG_API_VERSION") });
    expect(asked.map(({ path }) => path.replace(/\/\d+\//, "/N/"))).toEqual([
      ...["/oauth/token", "/api/v1/admin/N/bookings"],
      ...["/oauth/token", "/api/v1/admin/N/bookings"],
    ]);
  });

  it("is never ended, for others use it too", async () => {
    await start({ tokenSeconds: 1 });
    const bookingbug = clientOf(sandbox, { signIn: BY_ADMINISTRATOR });
    await pagesOf(bookingbug);
    sandbox.bookingbug.expireTokens();
    await pagesOf(bookingbug);
    expect(sandbox.bookingbug.stats.violations).toEqual([]);
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(["GET", "POST"]));
  });
});
