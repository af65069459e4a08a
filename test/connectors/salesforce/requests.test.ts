/** What holds for every request: its deadline, its one try, its permit, its report, and what its answer tells. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector } from "../../../connectors/connector.ts";
import { RateLimitedError } from "../../../connectors/errors.ts";
import {
  type Answer,
  API,
  accept,
  connectTo,
  errorOf,
  fault,
  findByEmail,
  type Peer,
  startPeer,
  TOKEN_PATH,
  update,
  upsert,
} from "./peer.ts";

const noRecords = { body: { done: true, records: [] } };

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

/** The org answers every request in this way. */
function org(answer: ReturnType<Peer["script"]>): void {
  peer.script = ({ path }) => (path === TOKEN_PATH ? undefined : answer);
}

const OPERATIONS: readonly [string, (connector: Connector) => Promise<unknown>][] = [
  ["find", (connector) => findByEmail(connector, "ana@example.com")],
  ["upsert", (connector) => connector.save(upsert("7"))],
  ["update", (connector) => connector.save(update("003A"))],
  ["describe", (connector) => connector.describe("Contact")],
  ["probe", (connector) => connector.probe()],
  ["remove", async (connector) => await connector.remove?.("Contact", "003A")],
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
    ["SERVER_UNAVAILABLE", fault(503, "SERVER_UNAVAILABLE", "down"), 503],
  ] as const)("calls %s an outage, after one try", async (_what, answer, status) => {
    org(answer);
    const { connector, reports } = connectTo(peer, { requestTimeoutMs: status === "timeout" ? 2_000 : 10_000 });
    expect(await errorOf(run(connector))).toMatchObject({ kind: "unavailable" });
    expect(peer.calls).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ operation, status });
  });
});

describe("an empty 200", () => {
  it.each(OPERATIONS.slice(0, 4))("is no success of %s", async (_operation, run) => {
    for (const body of [[], {}, null, "", [null]]) {
      org({ body });
      expect(await errorOf(run(connectTo(peer).connector))).toMatchObject({ kind: "unavailable" });
    }
  });
});

describe("a peer that is not there", () => {
  it("is an outage, whose message says neither URL nor person", async () => {
    const gone = await startPeer();
    await gone.close();
    const env = {
      SALESFORCE_CLIENT_SECRET: undefined,
      SALESFORCE_INSTANCE_URL: gone.url,
      SALESFORCE_ACCESS_TOKEN: "t",
    };
    const error = await errorOf(findByEmail(connectTo(peer, { env }).connector, "ana@example.com"));
    expect(error).toMatchObject({ kind: "unavailable", code: "ECONNREFUSED" });
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain("ana");
  });
});

describe("requests", () => {
  it("carry the API version, by default and as set", async () => {
    org(noRecords);
    await connectTo(peer).connector.probe();
    await connectTo(peer, { env: { SALESFORCE_API_VERSION: "67.0" } }).connector.probe();
    expect(peer.calls.map(({ path }) => path)).toEqual([`${API}/limits`, "/services/data/v67.0/limits"]);
  });

  it("are reported with their operation, object and number of records, and signing in beside them", async () => {
    peer.script = (request) => (request.path === TOKEN_PATH ? undefined : accept(request));
    const { connector, reports } = connectTo(peer);
    await Promise.all(["1", "2"].map((id) => connector.save(upsert(id))));
    expect(reports).toEqual([
      { operation: "token", object: undefined, records: 0, status: 200, durationMs: expect.any(Number) },
      { operation: "upsert", object: "Contact", records: 2, status: 200, durationMs: expect.any(Number) },
    ]);
  });

  it("tell what is left of the day, failed ones too", async () => {
    const headers = { "sforce-limit-info": "api-usage=10018/100000; api-bursts=1/750" };
    org({ ...noRecords, headers });
    const { connector, observed } = connectTo(peer);
    await connector.probe();
    org(fault(503, "SERVER_UNAVAILABLE", "", { "sforce-limit-info": "api-usage=100001/100000" }));
    await errorOf(connector.probe());
    expect(observed).toEqual([
      { window: "daily", limit: 100_000, remaining: 89_982 },
      { window: "daily", limit: 100_000, remaining: 0 },
    ]);
  });

  it("hold one permit each while they are under way, and give it back whatever happens", async () => {
    let held = 0;
    let most = 0;
    const pacer = {
      observe: () => {},
      acquire: async () => {
        held += 1;
        most = Math.max(most, held);
        return () => {
          held -= 1;
        };
      },
    };
    const pages = [
      { body: { done: false, nextRecordsUrl: `${API}/query/01g-2000`, records: [] } },
      noRecords,
      fault(401, "INVALID_SESSION_ID"),
      fault(503, "SERVER_UNAVAILABLE"),
    ];
    peer.script = ({ path }) => (path === TOKEN_PATH ? undefined : pages[peer.calls.length - 1]);
    const { connector } = connectTo(peer, { pacer });
    await findByEmail(connector, "ana@example.com");
    await errorOf(findByEmail(connector, "ana@example.com"));
    expect(peer.calls).toHaveLength(4);
    await new Promise(setImmediate);
    expect([held, most]).toEqual([0, 1]);
  });

  it("are not sent when the day's calls are spent", async () => {
    const spent = new RateLimitedError("spent", { scope: "daily", retryAt: new Date() });
    const pacer = { observe: () => {}, acquire: () => Promise.reject(spent) };
    const { connector } = connectTo(peer, { pacer });
    for (const [, run] of OPERATIONS) expect(await errorOf(run(connector))).toBe(spent);
    expect(peer.calls).toHaveLength(0);
  });
});

describe("the probe", () => {
  it.each(["INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "ORG_LOCKED", "TXN_SECURITY_NO_ACCESS"])(
    "is not content with %s: our account is shut, and every call is refused so [X3]",
    async (code) => {
      org(fault(403, code));
      await expect(connectTo(peer).connector.probe()).rejects.toMatchObject({ kind: "unauthorised" });
    },
  );

  it("is content to be told that the figures are not for us: that takes good credentials", async () => {
    org(fault(403, "INSUFFICIENT_ACCESS", "View Setup and Configuration is missing"));
    await expect(connectTo(peer).connector.probe()).resolves.toBeUndefined();
  });

  it.each([
    ["API_DISABLED_FOR_ORG", fault(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization")],
    ["API_CURRENTLY_DISABLED", fault(403, "API_CURRENTLY_DISABLED")],
  ])("fails as unauthorised with %s", async (_code, answer) => {
    org(answer);
    expect(await errorOf(connectTo(peer).connector.probe())).toMatchObject({ kind: "unauthorised" });
  });

  it("fails where no Salesforce answers", async () => {
    org({ status: 404, body: "<html>No such site</html>" });
    expect(await errorOf(connectTo(peer).connector.probe())).toMatchObject({ kind: "misconfigured" });
  });
});

describe("links to records", () => {
  it("lead to the login URL until the org's own is known", () => {
    expect(connectTo(peer).connector.recordUrl("Event", "00U1")).toBe(`${peer.url}/lightning/r/Event/00U1/view`);
  });
});

describe("removing a record", () => {
  const remove = async () => await connectTo(peer).connector.remove?.("Contact", "003A");
  const purged = fault(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  const unknown = fault(404, "NOT_FOUND", "The requested resource does not exist");
  const answering = (refusal: Answer, read: Answer): void => {
    peer.script = ({ path, method }) => {
      if (path === TOKEN_PATH) return undefined;
      return method === "DELETE" ? refusal : read;
    };
  };

  it.each([
    ["is done", { status: 204 }],
    ["was done before", fault(404, "ENTITY_IS_DELETED", "entity is deleted")],
  ])("%s", async (_what, answer) => {
    org(answer);
    await expect(remove()).resolves.toBeUndefined();
    expect(peer.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE ${API}/sobjects/Contact/003A`]);
  });

  it.each([
    ["purged", purged],
    ["unknown", unknown],
  ])("was done before where it is %s, and asked for by its id there is none [B3]", async (_what, refusal) => {
    answering(refusal, { body: { done: true, records: [] } });
    await expect(remove()).resolves.toBeUndefined();
  });

  const there = { body: { done: true, records: [{ Id: "003A", IsDeleted: false }] } };
  it.each([
    ["that we see and may not reach", purged, there, "rejected"],
    ["that we see", unknown, there, "misconfigured"],
    ["that cannot be asked for now", purged, fault(503, "SERVER_UNAVAILABLE"), "unavailable"],
    ["of an object that there is not", unknown, fault(400, "INVALID_TYPE", "sObject type"), "misconfigured"],
  ])("is not done for a record %s [B3]", async (_what, refusal, read, kind) => {
    answering(refusal, read);
    expect(await errorOf(remove())).toMatchObject({ kind });
  });
});
