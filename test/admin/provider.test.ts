/** Signing in by an OpenID Connect provider: a real one, on this machine. */
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ADMIN, basic } from "../support/environment.ts";
import { oidcEnvironment, startTrusting, type Trusting } from "../support/oidc.ts";
import { createBrowser, PASSWORDS, type SomeBrowser, tokenIn, veraAndOtto } from "../support/people.ts";
import { freePorts } from "../support/ports.ts";
import { startSystem } from "../support/system.ts";

let there: Trusting;

beforeAll(async () => {
  there = await startTrusting({ ADMIN_USERS: await veraAndOtto() });
});
beforeEach(async () => {
  there.provider.tamper = undefined;
  await there.system.reset();
});
afterAll(() => there.stop());

const aBrowser = (): SomeBrowser => createBrowser(there.system.url);
const changed = (url: string, change: Readonly<Record<string, string>>): string => {
  const to = new URL(url);
  for (const [name, value] of Object.entries(change)) to.searchParams.set(name, value);
  return to.href;
};
const noted = async (stream: "actions" | "sign-ins") =>
  (await there.system.redis.xrange(there.system.keys.audit(stream), "-", "+")).map(([, [, line = ""]]) =>
    JSON.parse(line),
  );
async function expectNobody(browser: SomeBrowser): Promise<void> {
  expect((await browser.get("/admin")).status).toBe(303);
}

describe("signing in by the provider [Z1]", () => {
  it("is the first thing on the sign-in page, before the password, and keeps where one wanted to go", async () => {
    const { html, text } = await aBrowser().get("/admin/sign-in?to=%2Fadmin%2Fheld");
    expect(text).toMatch(/Sign in with 127\.0\.0\.1:\d+ .*Or with a password/);
    expect(html).toContain('href="/admin/sign-in/provider?to=%2Fadmin%2Fheld"');
  });

  it("asks for a code with PKCE, a state and a nonce, other ones each time", async () => {
    const asked = [new URL(await there.begin(aBrowser())), new URL(await there.begin(aBrowser()))];
    for (const { searchParams } of asked) {
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: "code",
        code_challenge_method: "S256",
        redirect_uri: `${there.system.url}/admin/sign-in/callback`,
        scope: "openid profile email",
      });
    }
    for (const name of ["state", "nonce", "code_challenge"]) {
      const [one = "", other = ""] = asked.map(({ searchParams }) => searchParams.get(name) ?? "");
      expect([one.length >= 43, one !== other]).toEqual([true, true]);
    }
  });

  it("makes an operator of who has one of the operators' values, who presses buttons", async () => {
    const olga = aBrowser();
    expect(await there.signIn(olga, "olga", "/admin/failed?page=2")).toMatchObject({
      status: 303,
      location: "/admin/failed?page=2",
    });
    const page = await olga.get("/admin/bookings");
    expect(page.html).toContain("<bdi>olga@example.com</bdi>");
    expect((await olga.get("/admin/queues/")).status).toBe(200);
    expect((await olga.post("/admin/resume", { token: tokenIn(page.html), crm: "salesforce" })).status).toBe(303);
    expect(await noted("actions")).toMatchObject([
      { who: "olga@example.com", what: "sign_in", outcome: "done" },
      { who: "olga@example.com", what: "resume" },
    ]);
  });

  it("makes a viewer of who has one of the viewers' values, who presses none", async () => {
    const vic = aBrowser();
    expect((await there.signIn(vic, "vic")).status).toBe(303);
    expect((await vic.get("/admin")).status).toBe(200);
    expect((await vic.get("/admin/queues/")).status).toBe(403);
  });

  it("takes the name of no user of our own", async () => {
    await there.signIn(aBrowser(), "otto");
    expect(await noted("actions")).toMatchObject([{ who: `otto@${new URL(there.provider.issuer).host}` }]);
  });
});

describe("who has no role at the provider [Z2]", () => {
  it("is told who can give one, noted where it pushes out no action, and let to nothing", async () => {
    const nadia = aBrowser();
    const answer = await there.signIn(nadia, "nadia");
    expect(answer.status).toBe(403);
    expect(answer.text).toMatch(/nadia@example\.com.*Ask whoever runs this service.*OIDC_VIEWERS.*your claim roles/);
    await expectNobody(nadia);
    expect(await noted("sign-ins")).toMatchObject([{ who: "nadia@example.com", what: "no_role", outcome: "refused" }]);
    expect(await noted("actions")).toEqual([]);
  });

  it("loses the session of before as well", async () => {
    const browser = aBrowser();
    await there.signIn(browser, "olga");
    const { cookie } = browser;
    const back = await there.provider.login(await there.begin(browser), "nadia");
    browser.cookie = `${browser.cookie}; ${cookie}`;
    expect((await browser.get(back)).status).toBe(403);
    browser.cookie = cookie;
    await expectNobody(browser);
  });

  it("is not let in by an address that nobody verified", async () => {
    const byEmail = await startTrusting({ OIDC_ROLE_CLAIM: "email", OIDC_OPERATORS: "ann@example.com" });
    try {
      byEmail.provider.claims.ann = { email: "ann@example.com", email_verified: true };
      byEmail.provider.claims.mallory = { email: "ann@example.com", email_verified: false };
      byEmail.provider.claims.martin = { email: "ann@example.com" };
      const browser = createBrowser(byEmail.system.url);
      expect((await byEmail.signIn(browser, "mallory")).status).toBe(403);
      expect((await byEmail.signIn(browser, "martin")).status).toBe(403);
      expect((await byEmail.signIn(browser, "ann")).status).toBe(303);
    } finally {
      await byEmail.stop();
    }
  });
});

it("reads the role where the provider keeps it out of the ID token [Z1]", async () => {
  const small = await startTrusting({}, { small: true });
  try {
    const browser = createBrowser(small.system.url);
    expect((await small.signIn(browser, "vic")).status).toBe(303);
    expect((await browser.get("/admin")).html).toContain("<bdi>vic@example.com</bdi>");
  } finally {
    await small.stop();
  }
});

describe("a way back that is not the one of this browser [Z3]", () => {
  it.each([
    ["with another state", { state: "x".repeat(43) }],
    ["without its state", { state: "" }],
    ["with another code", { code: "y".repeat(43) }],
    ["of another provider", { iss: "https://evil.example" }],
  ])("lets nobody in: %s", async (_how, change) => {
    const browser = aBrowser();
    const back = await there.provider.login(await there.begin(browser), "olga");
    const answer = await browser.get(changed(back, change));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("This sign-in is over")]);
    await expectNobody(browser);
  });

  it("lets nobody in whose browser did not begin it, or began another", async () => {
    const victim = aBrowser();
    const back = await there.provider.login(await there.begin(aBrowser()), "olga");
    expect((await victim.get(back)).status).toBe(400);
    await there.begin(victim);
    expect((await victim.get(back)).status).toBe(400);
    await expectNobody(victim);
  });

  it("lets nobody in a second time", async () => {
    const browser = aBrowser();
    const back = await there.provider.login(await there.begin(browser), "olga");
    const { cookie } = browser;
    expect((await browser.get(back)).status).toBe(303);
    const thief = aBrowser();
    thief.cookie = cookie;
    const again = await there.provider.login(await there.begin(aBrowser()), "olga");
    const state = new URL(back).searchParams.get("state") ?? "";
    for (const replayed of [back, changed(again, { state })]) {
      thief.cookie = cookie;
      expect((await thief.get(replayed)).status).toBe(400);
    }
    await expectNobody(thief);
  });

  it("is asked of the provider once: what was taken is not even tried again", async () => {
    const browser = aBrowser();
    const back = await there.provider.login(await there.begin(browser), "olga");
    const { cookie } = browser;
    let tokens = 0;
    there.provider.tamper = ({ path }) => {
      if (path === "/token") tokens += 1;
    };
    await browser.get(back);
    browser.cookie = cookie;
    await browser.get(back);
    expect(tokens).toBe(1);
  });

  it("lets nobody in with a token for another sign-in", async () => {
    const browser = aBrowser();
    const asked = changed(await there.begin(browser), { nonce: "n".repeat(43) });
    const answer = await browser.get(await there.provider.login(asked, "olga"));
    expect(answer.status).toBe(400);
    await expectNobody(browser);
  });

  it("lets nobody in by a token that was changed on its way", async () => {
    there.provider.tamper = (context) => {
      const answer = context.body as { id_token?: string };
      if (context.path !== "/token" || answer.id_token === undefined) return;
      const [head, body = "", signature] = answer.id_token.split(".");
      const claims = JSON.parse(Buffer.from(body, "base64url").toString());
      const forged = Buffer.from(JSON.stringify({ ...claims, roles: ["crm-operators"] })).toString("base64url");
      context.body = { ...answer, id_token: [head, forged, signature].join(".") };
    };
    const browser = aBrowser();
    expect((await there.signIn(browser, "nadia")).status).toBe(400);
    await expectNobody(browser);
  });

  it("says so where the provider let nobody in", async () => {
    const browser = aBrowser();
    const state = new URL(await there.begin(browser)).searchParams.get("state") ?? "";
    const iss = there.provider.issuer;
    const said = new URLSearchParams({ error: "access_denied", error_description: "<b>call 555</b>", state, iss });
    const answer = await browser.get(`/admin/sign-in/callback?${said}`);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("did not let you in")]);
    expect(answer.html).not.toContain("555");
  });
});

describe("a session by the provider [Z4]", () => {
  it("is kept by cookies that no script reads; the way there and back lasts ten minutes and is sealed", async () => {
    const browser = aBrowser();
    const to = await browser.get("/admin/sign-in/provider?to=/admin/held");
    expect(to.cookie).toMatch(/^crm-sync-way=1\.[\w.-]+; Max-Age=600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    const sealed = to.cookie?.split(";")[0] ?? "";
    const state = new URL(to.location ?? "").searchParams.get("state") ?? "";
    for (const part of sealed.split(".")) expect(Buffer.from(part, "base64url").toString()).not.toContain(state);
    const back = await browser.get(await there.provider.login(to.location ?? "", "vic"));
    expect(back.cookie).toMatch(/^crm-sync-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("is a new one, and none that somebody chose before", async () => {
    const chosen = `crm-sync-session=${"a".repeat(43)}`;
    const browser = aBrowser();
    const back = await there.provider.login(await there.begin(browser), "olga");
    browser.cookie = `${chosen}; ${browser.cookie}`;
    await browser.get(back);
    expect(browser.cookie).not.toBe(chosen);
    expect((await browser.get("/admin")).status).toBe(200);
    browser.cookie = chosen;
    await expectNobody(browser);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/admin",
    "/\\evil.example",
    "/admin/sign-out",
    "javascript:alert(1)",
  ])("leads to a page of the dashboard, whatever the link said: %s", async (to) => {
    expect(await there.signIn(aBrowser(), "vic", to)).toMatchObject({ status: 303, location: "/admin" });
  });

  it("is over once what gives the roles is another", async () => {
    const browser = aBrowser();
    await there.signIn(browser, "olga");
    const other = await startSystem({
      env: {
        ...oidcEnvironment(there.system.url, there.provider.issuer),
        REDIS_URL: there.system.environment.REDIS_URL ?? "",
        OIDC_OPERATORS: "others",
      },
    });
    try {
      const elsewhere = createBrowser(other.url);
      elsewhere.cookie = browser.cookie;
      expect((await browser.get("/admin")).status).toBe(200);
      await expectNobody(elsewhere);
    } finally {
      await other.stop();
    }
  });
});

describe("a provider that is not there [Z5]", () => {
  it.each(["away", "slow"])("is said within five seconds, and keeps out nobody who has a password: %s", async (how) => {
    const [port = 0, silent = 0] = await freePorts(2);
    const hanging = createServer(() => {});
    if (how === "slow") await new Promise<void>((resolve) => hanging.listen(silent, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${how === "slow" ? silent : port}`;
    const system = await startSystem({
      env: { ...oidcEnvironment("http://127.0.0.1", issuer), ADMIN_USERS: await veraAndOtto() },
    });
    try {
      const browser = createBrowser(system.url);
      const begun = Date.now();
      const answer = await browser.get("/admin/sign-in/provider?to=/admin/held");
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect([answer.status, answer.text]).toEqual([
        503,
        expect.stringMatching(/does not answer.*Try again.*OIDC_ISSUER/),
      ]);
      expect(answer.html).toContain('href="/admin/sign-in?to=%2Fadmin%2Fheld"');
      expect((await browser.signIn("otto", PASSWORDS.otto)).status).toBe(303);
      const script = await fetch(`${system.url}/admin`, { headers: { authorization: basic(ADMIN) } });
      expect(script.status).toBe(200);
    } finally {
      await system.stop();
      hanging.close();
    }
  });

  it("is told from one that does not know this service", async () => {
    const wrong = await startTrusting({ OIDC_CLIENT_SECRET: "another secret" });
    try {
      const answer = await wrong.signIn(createBrowser(wrong.system.url), "olga");
      expect([answer.status, answer.text]).toEqual([
        503,
        expect.stringMatching(/does not know this service.*OIDC_CLIENT_SECRET/),
      ]);
    } finally {
      await wrong.stop();
    }
  });
});
