/** People with names of their own: how they get in, and how they are out again. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createFormTokens } from "../../src/admin/access/form-token.ts";
import { wayBack } from "../../src/admin/access/way-back.ts";
import type { Credentials } from "../../src/config/config.ts";
import { pairCheck } from "../../src/http/basic-auth.ts";
import { hashPassword } from "../../src/people/password.ts";
import { createSessions } from "../../src/people/sessions.ts";
import { createUsers } from "../../src/people/users.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { createBrowser, PASSWORDS, tokenIn, veraAndOtto } from "../support/people.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "users-"));
  file = join(folder, "users");
  await writeFile(file, "");
  system = await startSystem({ env: { ADMIN_USERS: await veraAndOtto(), ADMIN_USERS_FILE: file } });
});
beforeEach(() => system.reset());
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

async function signedIn(name: keyof typeof PASSWORDS) {
  const browser = createBrowser(system.url);
  expect((await browser.signIn(name, PASSWORDS[name])).status).toBe(303);
  return browser;
}

const trail = async () =>
  (await system.redis.xrange(system.keys.audit("actions"), "-", "+")).map(([, [, line = ""]]) => line);

describe("signing in by name [U1]", () => {
  it("is asked for by a page, and leads back to where one wanted to go", async () => {
    const browser = createBrowser(system.url);
    const led = await browser.get("/admin/failed?page=2");
    expect(led).toMatchObject({ status: 303, location: "/admin/sign-in?to=%2Fadmin%2Ffailed%3Fpage%3D2" });
    const page = await browser.get(led.location ?? "");
    expect(page.html).toContain('name="to" value="/admin/failed?page=2"');
    const entered = await browser.signIn("otto", PASSWORDS.otto, "/admin/failed?page=2");
    expect(entered).toMatchObject({ status: 303, location: "/admin/failed?page=2" });
    const there = await browser.get("/admin/failed?page=2");
    expect(there.status).toBe(200);
    expect(there.html).toContain("<bdi>otto</bdi>");
  });

  it("takes the pair of ADMIN_USERNAME too, which also goes on with Basic, as an operator", async () => {
    const browser = createBrowser(system.url);
    await browser.signIn(ADMIN.username, ADMIN.password);
    expect((await browser.get("/admin/queues/")).status).toBe(200);
    const script = await fetch(`${system.url}/admin/queues/`, { headers: { authorization: basic(ADMIN) } });
    expect(script.status).toBe(200);
    const metrics = await fetch(`${system.url}/metrics`, { headers: { authorization: basic(ADMIN) } });
    expect(metrics.status).toBe(200);
  });

  it("is not by Basic for who has a name, and a session opens no metrics", async () => {
    const authorization = basic({ username: "otto", password: PASSWORDS.otto });
    expect((await fetch(`${system.url}/admin`, { headers: { authorization } })).status).toBe(401);
    const otto = await signedIn("otto");
    expect((await otto.get("/metrics")).status).toBe(401);
  });

  it("asks scripts for Basic credentials, and no browser", async () => {
    const script = await fetch(`${system.url}/admin`, { redirect: "manual" });
    expect([script.status, script.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(/^Basic/)]);
    const headers = { "sec-fetch-site": "same-origin" };
    const byScriptOfOurs = await fetch(`${system.url}/admin/mappings/live`, { method: "POST", headers });
    expect([byScriptOfOurs.status, byScriptOfOurs.headers.get("www-authenticate")]).toEqual([401, null]);
  });

  it("is refused alike for a wrong password and a name that there is not, and closed after ten", async () => {
    const browser = createBrowser(system.url);
    const wrong = await browser.signIn("vera", "wrong");
    const nobody = await browser.signIn("nobody", "wrong");
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(nobody.text.replace("nobody", "vera")).toBe(wrong.text);
    for (let i = 0; i < 10; i += 1) await browser.signIn("vera", `wrong ${i}`);
    expect((await browser.signIn("vera", PASSWORDS.vera)).status).toBe(429);
    expect((await browser.signIn("otto", PASSWORDS.otto)).status).toBe(303);
    const [[, [, line = ""]] = ["", []]] = await system.redis.xrange(system.keys.audit("sign-ins"), "-", "+");
    expect(JSON.parse(line)).toMatchObject({ who: "vera", what: "sign_in_refused", outcome: "refused" });
  }, 60_000);

  it("is not done by another site's page", async () => {
    const body = new URLSearchParams({ name: "otto", password: PASSWORDS.otto });
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const response = await fetch(`${system.url}/admin/sign-in`, { method: "POST", headers, body });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/admin",
    "/\\evil.example",
    "/admin/..//evil.example",
    "javascript:alert(1)",
    "/admin@evil.example",
    "/administrator",
    "/admin/sign-in",
    ["/admin/failed"],
  ])("leads to no other place [U4]: %s", async (to) => {
    expect(wayBack(to)).toBe("/admin");
    const otto = createBrowser(system.url);
    expect((await otto.signIn("otto", PASSWORDS.otto, String(to))).location).toBe(
      typeof to === "string" ? "/admin" : "/admin/failed",
    );
  });

  it("is in the audit trail, as is signing out", async () => {
    const otto = await signedIn("otto");
    await otto.post("/admin/sign-out");
    expect((await trail()).map((line) => JSON.parse(line))).toMatchObject([
      { who: "otto", what: "sign_in", outcome: "done" },
      { who: "otto", what: "sign_out", outcome: "done" },
    ]);
  });
});

describe("a session [U2]", () => {
  it("has a cookie that no script reads and no other site's form sends, bound to HTTPS and this host where there is HTTPS", async () => {
    const { cookie } = await createBrowser(system.url).signIn("vera", PASSWORDS.vera);
    expect(cookie).toMatch(/^crm-sync-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const production = await startSystem({
      env: {
        NODE_ENV: "production",
        TRUSTED_PROXIES: "1",
        ADMIN_USERS: await veraAndOtto(),
        BOOKINGBUG_PASSWORD: "long-enough-password",
        ADMIN_PASSWORD: "long-enough-password",
      },
    });
    try {
      const https = { "x-forwarded-proto": "https", "sec-fetch-site": "same-origin" };
      const body = new URLSearchParams({ name: "vera", password: PASSWORDS.vera });
      const there = await fetch(`${production.url}/admin/sign-in`, {
        method: "POST",
        headers: https,
        body,
        redirect: "manual",
      });
      const [secure = ""] = there.headers.getSetCookie();
      expect(secure).toMatch(/^__Host-crm-sync-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      const asPlain = secure.split(";")[0]?.replace("__Host-", "") ?? "";
      const planted = await fetch(`${production.url}/admin`, {
        headers: { ...https, cookie: asPlain, accept: "text/html" },
        redirect: "manual",
      });
      expect(planted.status).toBe(303);
    } finally {
      await production.stop();
    }
  });

  it("is another one with each sign-in, and none that somebody chose before", async () => {
    const chosen = `crm-sync-session=${"a".repeat(43)}`;
    const otto = createBrowser(system.url);
    otto.cookie = chosen;
    await otto.signIn("otto", PASSWORDS.otto);
    const first = otto.cookie;
    expect(first).not.toBe(chosen);
    await otto.signIn("otto", PASSWORDS.otto);
    expect(otto.cookie).not.toBe(first);
    for (const old of [chosen, first]) {
      const other = createBrowser(system.url);
      other.cookie = old;
      expect((await other.get("/admin")).status).toBe(303);
    }
    expect((await otto.get("/admin")).status).toBe(200);
  });

  it("cannot be taken from Redis", async () => {
    const otto = await signedIn("otto");
    const [, id = ""] = otto.cookie.split("=");
    const names = await system.redis.keys(`${system.keys.prefix}:signed-in:*`);
    const values = await Promise.all(names.map((name) => system.redis.get(name)));
    expect(names).toHaveLength(1);
    expect(JSON.stringify([names, values])).not.toContain(id);
    otto.cookie = `crm-sync-session=${names[0]?.split(":").at(-1)}`;
    expect((await otto.get("/admin")).status).toBe(303);
  });

  it("ends when it was not used for two hours, after twelve in any case, and when one signs out", async () => {
    const otto = await signedIn("otto");
    const [, id = ""] = otto.cookie.split("=");
    const key = system.keys.signedIn(id);
    await system.redis.pexpire(key, 60_000);
    await otto.get("/admin");
    const left = await system.redis.pttl(key);
    expect([left > 7_000_000, left <= 7_200_000]).toEqual([true, true]);
    const sessions = createSessions(system);
    expect(await sessions.find(id, Date.now() + 11.9 * 3_600_000)).toBeDefined();
    expect(await sessions.find(id, Date.now() + 12.1 * 3_600_000)).toBeUndefined();
    const { cookie } = otto;
    expect((await otto.post("/admin/sign-out")).location).toBe("/admin/sign-in?out=1");
    otto.cookie = cookie;
    expect((await otto.get("/admin")).status).toBe(303);
  });

  it("ends with the next request of who was taken from the list, or has another password or role", async () => {
    const password = "a password of the file's";
    const entry = `nora:operator:${await hashPassword(password)}`;
    for (const after of ["", entry.replace("operator", "viewer"), `nora:operator:${await hashPassword(password)}`]) {
      await writeFile(file, `# people\n${entry}\n`);
      const nora = createBrowser(system.url);
      expect((await nora.signIn("nora", password)).status).toBe(303);
      expect((await nora.get("/admin")).status).toBe(200);
      await writeFile(file, `${after}\n\n`);
      expect((await nora.get("/admin")).status).toBe(303);
      await writeFile(file, `# people, as before\n${entry}\n`);
      expect((await nora.get("/admin")).status).toBe(303);
    }
  });

  it("by the pair ends when its password was changed, also one that began by the old password meanwhile", async () => {
    const [OLD, NEW] = ["the old long password", "the new long password"];
    const users = (pairs: readonly [Credentials, ...Credentials[]]) =>
      createUsers({ pairs, isPair: pairCheck(pairs), named: async () => [], check: async () => false });
    const pair = (password: string): Credentials => ({ username: "admin", password });
    const meanwhile = users([pair(OLD), pair(NEW)]);
    const [byOld, byNew] = [await meanwhile.enter(pair(OLD)), await meanwhile.enter(pair(NEW))];
    expect([byOld, byNew]).toEqual([await meanwhile.find("admin"), await meanwhile.find("admin")]);
    expect((await users([pair(NEW)]).find("admin"))?.stamp).not.toBe(byOld?.stamp);
    expect((await users([pair(OLD)]).find("admin"))?.stamp).not.toBe(byOld?.stamp);
  });

  it("has forms of its own: another session's are worth nothing in it", async () => {
    const [mine, other] = [await signedIn("otto"), await signedIn("otto")];
    const press = (token: string) => mine.post("/admin/resume", { token, crm: "salesforce" });
    const foreign = tokenIn((await other.get("/admin/bookings")).html);
    expect((await press(foreign)).status).toBe(403);
    expect((await press(createFormTokens(ADMIN).issue(Date.now()))).status).toBe(403);
    expect((await press(tokenIn((await mine.get("/admin/bookings")).html))).status).toBe(303);
  });
});
