/** What Salesforce's answers say of edits and changes [M1] [M2], where the conformance cases do not come to it. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { unpaced } from "../../../connectors/connector.ts";
import { salesforce } from "../../../connectors/salesforce/index.ts";
import type { SalesforceSandboxOptions } from "../../../sandbox/salesforce/options.ts";
import { startSandbox } from "../../../sandbox/server.ts";
import {
  type Answer,
  API,
  connectTo,
  errorOf,
  fault,
  type Peer,
  type Received,
  type Script,
  startPeer,
  TOKEN_PATH,
} from "./peer.ts";

/** Signing in is left to the peer. */
const api =
  (script: (request: Received) => Answer): Script =>
  (request) =>
    request.path === TOKEN_PATH ? undefined : script(request);

const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

describe("who edited", () => {
  const ID = "003000000000001AAA";
  const written = { Id: ID, LastModifiedById: "005000000000007AAA", LastModifiedDate: "2036-03-10T11:30:00.000+0000" };
  const editsOf = (connector = connectTo(peer).connector) => connector.edits?.("Contact", ID, ["LastName"]);

  it("is an id where our user may not read names, and nobody knows whether it was us where the org does not name us", async () => {
    peer.script = ({ path, soql }) => {
      if (path === `${API}/`) return fault(403, "FUNCTIONALITY_NOT_ENABLED");
      if (soql.includes("LastModifiedBy.Name")) {
        return fault(400, "INVALID_FIELD", "Didn't understand relationship 'LastModifiedBy' in field path.");
      }
      return path.startsWith(`${API}/query`) ? { body: { done: true, records: [written] } } : undefined;
    };
    const edit = { field: "LastName", at: "2036-03-10T11:30:00.000Z", by: written.LastModifiedById, isOurs: undefined };
    expect(await editsOf()).toEqual([edit]);
  });

  it("is us by the first 15 characters of our id, for which an outage is asked again and an answer is not", async () => {
    let down = true;
    peer.script = api(({ path }) => {
      if (path !== `${API}/`) return { body: { done: true, records: [written] } };
      if (down) return fault(503, "SERVER_UNAVAILABLE");
      return { body: { identity: "https://login.example.com/id/00D000000000001EAA/005000000000007" } };
    });
    const { connector } = connectTo(peer);
    expect(await errorOf(editsOf(connector) ?? Promise.resolve())).toMatchObject({ kind: "unavailable" });
    down = false;
    for (const _ of [1, 2]) expect(await editsOf(connector)).toMatchObject([{ isOurs: true }]);
    expect(peer.calls.filter(({ path }) => path === `${API}/`)).toHaveLength(2);
  });
});

describe("what changed since", () => {
  async function changes(options: SalesforceSandboxOptions, since: Date, gone = ago(1 / 24)) {
    const sandbox = await startSandbox({ salesforce: options });
    try {
      const id = sandbox.salesforce.seed("Contact", { LastName: "Silva", BB_Id__c: "7" });
      sandbox.salesforce.remove("Contact", id, { at: gone });
      const client = { SALESFORCE_CLIENT_ID: "id", SALESFORCE_CLIENT_SECRET: "secret" };
      const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
      const settings = salesforce.settings.parse({ SALESFORCE_LOGIN_URL: sandbox.url, ...client });
      const services = { pacer: unpaced, log, onCall: () => {}, requestTimeoutMs: 10_000 };
      const connector = salesforce.connect(settings, services);
      const told = await connector.changedSince?.("Contact", "BB_Id__c", since.toISOString());
      expect(sandbox.salesforce.stats.violations).toEqual([]);
      return { deleted: told?.deleted.length, complete: told?.complete };
    } finally {
      await sandbox.close();
    }
  }

  it.each([
    ["whole within 15 days", {}, ago(14), { deleted: 1, complete: true }],
    ["not whole before, for which the org keeps no deletions", {}, ago(20), { deleted: 1, complete: false }],
    ["not whole where the org keeps fewer", { deletionsKeptMs: DAY_MS }, ago(2), { deleted: 1, complete: false }],
    [
      "not whole of objects whose deletions are told by nobody",
      { notReplicated: ["Contact"] },
      ago(1),
      { deleted: 0, complete: false },
    ],
    ["whole from this moment on", {}, new Date(), { deleted: 0, complete: true }],
  ])("is %s", async (_what, options, since, told) => {
    expect(await changes(options, since)).toEqual(told);
  });

  const covered = {
    earliestDateAvailable: "2020-01-01T00:00:00.000+0000",
    latestDateCovered: "2099-01-01T00:00:00.000+0000",
  };

  it("is read page by page, up to a bound", async () => {
    let pages = 0;
    let last = 3;
    peer.script = api(({ path }) => {
      if (path.includes("/deleted/")) return { body: { deletedRecords: [], ...covered } };
      pages += 1;
      const more = pages < last && { nextRecordsUrl: `${API}/query/01g-${pages}` };
      return { body: { done: pages >= last, records: [{ Id: `003-${pages}` }], ...more } };
    });
    const { connector } = connectTo(peer);
    const ask = () => connector.changedSince?.("Contact", "BB_Id__c", ago(1).toISOString());
    expect(await ask()).toEqual({ changed: ["003-1", "003-2", "003-3"], deleted: [], complete: true });
    [pages, last] = [0, 1_000];
    expect(await ask()).toMatchObject({ complete: false });
    expect(pages).toBe(25);
  });

  it("is not whole where Salesforce has not covered the time to its end", async () => {
    const latestDateCovered = ago(1 / 24).toISOString();
    peer.script = api(({ path }) =>
      path.includes("/deleted/")
        ? { body: { deletedRecords: [], ...covered, latestDateCovered } }
        : { body: { done: true, records: [] } },
    );
    const { connector } = connectTo(peer);
    expect(await connector.changedSince?.("Contact", "BB_Id__c", ago(1).toISOString())).toMatchObject({
      complete: false,
    });
  });
});
