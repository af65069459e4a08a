/** `crm-sync doctor` about BookingBug's API: green where it answers, one clear finding for what is broken on purpose. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../../sandbox/bookingbug/sign-in.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { runDoctor } from "../../src/operate/doctor/doctor.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const { clientId, clientSecret, appId, appKey, email, password } = BOOKINGBUG_SIGN_IN;
const CLIENT = { BOOKINGBUG_API_CLIENT_ID: clientId, BOOKINGBUG_API_CLIENT_SECRET: clientSecret };
const ADMINISTRATOR = {
  BOOKINGBUG_API_APP_ID: appId,
  BOOKINGBUG_API_APP_KEY: appKey,
  BOOKINGBUG_API_EMAIL: email,
  BOOKINGBUG_API_PASSWORD: password,
};

interface Visit {
  readonly sandbox?: BookingBugSandboxOptions;
  readonly prepare?: (sandbox: Sandbox) => void;
  readonly crm?: string;
}

async function visit(env: Readonly<Record<string, string>>, { crm, ...more }: Visit = {}) {
  sandbox = await startSandbox({ bookingbug: more.sandbox ?? {} });
  more.prepare?.(sandbox);
  const lines: string[] = [];
  const environment = {
    CRM: "hubspot",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
    BOOKINGBUG_API_URL: sandbox.url,
    BOOKINGBUG_API_COMPANY_ID: "37000",
    ...env,
  };
  const say = (line: string) => void lines.push(line);
  const count = await runDoctor({ environment, crm, writeTest: false, folder: "mappings", say });
  return { count, lines: lines.filter((line) => /^. BookingBug:/.test(line)) };
}

const book = (count: number) => (into: Sandbox) =>
  void into.bookingbug.book({ starts: Array.from({ length: count }, () => new Date()) });

describe("doctor, of BookingBug's API", () => {
  it.each([
    ["client credentials", CLIENT],
    ["an administrator's e-mail and password", ADMINISTRATOR],
  ])("says which company, which sign-in and what is open to it: %s", async (way, env) => {
    const prepare = book(3);
    const { count, lines } = await visit(env, { prepare });
    const day = new Date().toISOString().slice(0, 10);
    expect(lines).toEqual([
      `✓ BookingBug: company 37000: the sign-in by ${way} is accepted (API v1)`,
      `✓ BookingBug: company 37000: its bookings can be listed, 3 for ${day}, cancelled ones included`,
      "✓ BookingBug: company 37000: a purchase can be read",
    ]);
    expect(count).toBe(0);
    expect(sandbox.bookingbug.stats).toMatchObject({ calls: { sign_in: 1, list: 1, purchases: 1 }, violations: [] });
  });

  it("says so where BookingBug does not count, and where nothing is booked", async () => {
    const many = await visit(CLIENT, { prepare: book(150), sandbox: { total: false } });
    expect(many.lines[1]).toMatch(/listed, 100 or more for/);
    await sandbox.close();
    const none = await visit(CLIENT);
    expect(none.lines.slice(1)).toEqual([
      expect.stringContaining("listed, 0 for"),
      expect.stringContaining("no purchase to try"),
    ]);
  });

  it("says where it is off what the booking URL alone cannot know, which is no fault", async () => {
    const off = { BOOKINGBUG_API_URL: "", BOOKINGBUG_API_COMPANY_ID: "" };
    const { count, lines } = await visit(off);
    expect(lines).toEqual([
      "✓ BookingBug: its API is not set. With the booking URL alone, what is new and what moved is known by the body; a " +
        "cancellation without a mark looks like a repetition. Set BOOKINGBUG_API_URL, and BookingBug is asked which it is.",
    ]);
    expect(count).toBe(0);
  });

  it("says nothing where one CRM alone is asked about", async () => {
    expect((await visit(CLIENT, { crm: "hubspot" })).lines).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, Visit, RegExp]>([
    [
      "a wrong secret",
      { ...CLIENT, BOOKINGBUG_API_CLIENT_SECRET: "wrong" },
      {},
      /refuses to sign us in: .*BOOKINGBUG_API_CLIENT_SECRET/,
    ],
    [
      "half a sign-in",
      { BOOKINGBUG_API_CLIENT_ID: "id" },
      {},
      /BOOKINGBUG_API_CLIENT_SECRET: missing, and BOOKINGBUG_API_CLIENT_ID is set/,
    ],
    [
      "another's company",
      { ...ADMINISTRATOR, BOOKINGBUG_API_COMPANY_ID: "1" },
      {},
      /company 1: .*BOOKINGBUG_API_COMPANY_ID/,
    ],
    [
      "the wrong version",
      { ...CLIENT, BOOKINGBUG_API_VERSION: "v5" },
      {
        prepare: (into) =>
          into.faults.set([{ crm: "bookingbug", match: "/api/v5/", action: { type: "status", status: 404 } }]),
      },
      /\(404\)/,
    ],
    [
      "no BookingBug there",
      { ...CLIENT, BOOKINGBUG_API_URL: "http://127.0.0.1:1" },
      {},
      /could not be reached.*BOOKINGBUG_API_URL/,
    ],
    [
      "purchases that are closed",
      CLIENT,
      {
        prepare: (into) => {
          book(1)(into);
          into.faults.set([{ crm: "bookingbug", match: "/purchases/", action: { type: "status", status: 403 } }]);
        },
      },
      /one of its purchases \(403\)/,
    ],
  ])("finds one thing that is not well, and no secret in it: %s", async (_, env, how, expected) => {
    const { count, lines } = await visit(env, how);
    const bad = lines.filter((line) => line.startsWith("✗"));
    expect(bad).toEqual([expect.stringMatching(expected)]);
    expect(count).toBe(1);
    expect(lines.join()).not.toMatch(/wrong|bb-client-secret|bb-password|admin@/);
  });
});
