/** What holds for every request: its deadline, its one try, its permit, its report, and what its answer tells. */
import { Client } from "@hubspot/api-client";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector } from "../../../connectors/connector.ts";
import { RateLimitedError } from "../../../connectors/errors.ts";
import {
  accept,
  connectTo,
  errorOf,
  findByEmail,
  OBJECTS,
  type Peer,
  problem,
  startPeer,
  update,
  upsert,
} from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

const OPERATIONS: readonly [string, (connector: Connector) => Promise<unknown>][] = [
  ["find", (connector) => findByEmail(connector, "ana@example.com")],
  ["upsert", (connector) => connector.save(upsert("7"))],
  ["update", (connector) => connector.save(update("501"))],
  ["describe", (connector) => connector.describe("contacts")],
  ["probe", (connector) => connector.probe()],
  ["remove", async (connector) => await connector.remove?.("contacts", "501")],
];

describe.each(OPERATIONS)("%s", (operation, run) => {
  it.each([
    ["no answer", "hang", "timeout"],
    ["an answer that never ends", "stall", "timeout"],
    ["an answer that breaks off", "break", "network"],
    ["a reset connection", "reset", "network"],
    ["an HTML 503", { status: 503, body: "<html>Down for maintenance</html>" }, 503],
    ["an HTML 200", { status: 200, body: "<html>Maintenance</html>" }, 200],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:9/login" }, body: "" }, 302],
    ["500 with an envelope", problem(500, "", "internal error"), 500],
  ] as const)("calls %s an outage, after one try", async (_what, answer, status) => {
    peer.script = () => answer;
    const { connector, reports } = connectTo(peer, { requestTimeoutMs: status === "timeout" ? 2_000 : 10_000 });
    expect(await errorOf(run(connector))).toMatchObject({ kind: "unavailable" });
    expect(peer.calls).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ operation, status });
  });
});

describe("a request that is given up", () => {
  it.each(["hang", "stall"] as const)("closes its connection (%s)", async (answer) => {
    peer.script = () => answer;
    const { connector } = connectTo(peer, { requestTimeoutMs: 50 });
    await errorOf(connector.probe());
    for (let tries = 0; tries < 50 && (await peer.connections()) > 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await peer.connections()).toBe(0);
  });
});

describe("the SDK's decorators", () => {
  it("of whichever client was constructed last do not reach our requests", async () => {
    const { connector } = connectTo(peer);
    // The SDK keeps them for the whole process; these would hold each request back, and repeat it.
    new Client({ accessToken: "x", numberOfApiCallRetries: 5, limiterOptions: { minTime: 60_000, reservoir: 0 } });
    peer.script = () => problem(500, "", "internal error");
    try {
      expect(await errorOf(connector.save(upsert("7")))).toMatchObject({ kind: "unavailable" });
      expect(peer.calls).toHaveLength(1);
    } finally {
      new Client({ accessToken: "x" });
    }
  });
});

describe("a peer that is not there", () => {
  it("is an outage, whose message says neither URL nor person", async () => {
    const gone = await startPeer();
    await gone.close();
    const error = await errorOf(findByEmail(connectTo(gone).connector, "ana@example.com"));
    expect(error).toMatchObject({ kind: "unavailable", code: "ECONNREFUSED" });
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toMatch(/ana|127/);
  });
});

describe("requests", () => {
  const api = (path: string) => (path.startsWith("/crm/objects/") || path.startsWith("/crm/v3/") ? path : "");

  it("carry the token, and the API version, by default and as set", async () => {
    peer.script = () => ({ body: { results: [] } });
    await connectTo(peer).connector.probe();
    await connectTo(peer, { env: { HUBSPOT_API_VERSION: "2026-03" } }).connector.probe();
    await connectTo(peer, { env: { HUBSPOT_API_VERSION: "v3" } }).connector.probe();
    expect(peer.calls.map(({ path, token }) => [api(path), token])).toEqual([
      [`${OBJECTS}/contacts`, "pat-eu1-x"],
      ["/crm/objects/2026-03/contacts", "pat-eu1-x"],
      ["/crm/v3/objects/contacts", "pat-eu1-x"],
    ]);
  });

  it("for properties go to the dated path, and to the legacy one where that is not known", async () => {
    peer.script = ({ path }) =>
      path.startsWith("/crm/v3/") ? { body: { results: [{ name: "email", type: "string" }] } } : undefined;
    const { fields } = await connectTo(peer).connector.describe("contacts");
    expect([...fields.keys()]).toEqual(["email"]);
    expect(peer.calls.map(({ path }) => path)).toEqual([
      "/crm/properties/2026-09/contacts",
      "/crm/v3/properties/contacts",
    ]);
  });

  it("are reported with their operation, object and number of records", async () => {
    peer.script = (request) => accept(request);
    const { connector, reports } = connectTo(peer);
    await Promise.all(["1", "2"].map((id) => connector.save(upsert(id))));
    expect(reports).toEqual([
      { operation: "upsert", object: "contacts", records: 2, status: 200, durationMs: expect.any(Number) },
    ]);
  });

  it("end their permit, whatever becomes of them, and are not sent without one", async () => {
    let open = 0;
    const kinds: string[] = [];
    const acquire = async (kind: string) => {
      open += 1;
      kinds.push(kind);
      return () => {
        open -= 1;
      };
    };
    const { connector } = connectTo(peer, { pacer: { acquire, observe: () => {} } });
    for (const answer of [problem(500, "", "x"), problem(429, "", "x"), { body: { results: [] } }, "reset"] as const) {
      peer.script = () => answer;
      await Promise.allSettled(OPERATIONS.map(([, run]) => run(connector)));
    }
    expect(open).toBe(0);
    const spent = new RateLimitedError("spent", { scope: "daily", retryAt: new Date() });
    const refusing = connectTo(peer, { pacer: { acquire: () => Promise.reject(spent), observe: () => {} } });
    const before = peer.calls.length;
    for (const [, run] of OPERATIONS) expect(await errorOf(run(refusing.connector))).toBe(spent);
    expect(peer.calls).toHaveLength(before);
  });

  it("tell what is left of the window and of the day, where the answer says it", async () => {
    const headers = {
      "X-HubSpot-RateLimit-Max": "190",
      "X-HubSpot-RateLimit-Remaining": "12",
      "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
      "X-HubSpot-RateLimit-Daily": "650000",
      "X-HubSpot-RateLimit-Daily-Remaining": "649000",
    };
    peer.script = () => ({ headers, body: { results: [] } });
    const { connector, observed } = connectTo(peer);
    await connector.probe();
    expect(observed).toEqual([
      { window: "burst", limit: 190, remaining: 12 },
      { window: "daily", limit: 650_000, remaining: 649_000 },
    ]);
    peer.script = () => ({ body: { results: [] } });
    await connector.probe();
    expect(observed).toHaveLength(2);
  });
});

describe("removing a record", () => {
  it("archives it", async () => {
    peer.script = () => ({ status: 204 });
    await expect(connectTo(peer).connector.remove?.("contacts", "501")).resolves.toBeUndefined();
    expect(peer.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE ${OBJECTS}/contacts/501`]);
  });

  const gone = { category: "OBJECT_NOT_FOUND", message: "Object not found." };
  it.each([
    [
      "a record that is gone",
      problem(404, gone.category, gone.message),
      { status: 207, body: { results: [], errors: [gone] } },
    ],
    ["a resource", { status: 404, body: "<html></html>" }, { status: 207, body: { results: [], errors: [gone] } }],
    [
      "a record that was merged away",
      problem(404, gone.category, gone.message),
      { body: { results: [{ id: "502" }] } },
    ],
  ])(
    "that is answered with 404, of %s, was done before: asked for by its id there is none [B3]",
    async (_what, refusal, read) => {
      peer.script = ({ method }) => (method === "DELETE" ? refusal : read);
      await expect(connectTo(peer).connector.remove?.("contacts", "501")).resolves.toBeUndefined();
    },
  );

  it.each([
    ["is there all the same", { body: { results: [{ id: "501", properties: {} }] } }, "misconfigured"],
    ["cannot be asked for", { status: 503, body: "<html></html>" }, "unavailable"],
    ["is at no path that there is", { status: 404, body: "<html></html>" }, "misconfigured"],
  ])("that is answered with 404 of a record that %s is not done [B3]", async (_what, read, kind) => {
    peer.script = ({ method }) => (method === "DELETE" ? problem(404, gone.category, gone.message) : read);
    const removing = connectTo(peer).connector.remove?.("contacts", "501") ?? Promise.resolve();
    expect(await errorOf(removing)).toMatchObject({ kind });
  });
});
