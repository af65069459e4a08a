/** What HubSpot's answers say of edits and changes [M1] [M2], where the sandbox does not come to it. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { connectTo, errorOf, type Peer, problem, type Received, startPeer } from "./peer.ts";

const START = Date.parse("2036-03-10T11:30:00.000Z");
const at = (n: number): string => new Date(START + n * 1_000).toISOString();

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

describe("who edited", () => {
  const past = (value: string, n: number, sourceType: string, more = {}) => ({
    ...{ value, timestamp: at(n), sourceType },
    ...more,
  });
  const answers = (history: unknown): void => {
    peer.script = ({ inputs }) => ({
      body: { results: inputs.map(({ id }) => ({ id, properties: {}, propertiesWithHistory: history })) },
    });
  };
  const editsOf = (fields: readonly string[], id = "501") => connectTo(peer).connector.edits?.("contacts", id, fields);

  it("is who wrote the newest value, wherever it stands in the list", async () => {
    answers({ lastname: [past("Ek", 1, "CRM_UI"), past("Eck", 3, "IMPORT"), past("Silva", 2, "API")] });
    expect(await editsOf(["lastname"])).toEqual([{ field: "lastname", at: at(3), by: "IMPORT", isOurs: false }]);
  });

  it.each([
    ["a workflow", past("Ek", 1, "WORKFLOW", { sourceId: "12" }), "12", false],
    ["a person", past("Ek", 1, "CRM_UI", { sourceId: "userId:7", updatedByUserId: 7 }), "7", false],
    ["some app, where nobody says which is ours", past("Ek", 1, "INTEGRATION", { sourceId: "9" }), "9", undefined],
  ])("is %s", async (_what, one, by, isOurs) => {
    answers({ lastname: [one] });
    expect(await editsOf(["lastname"])).toEqual([{ field: "lastname", at: at(1), by, isOurs }]);
  });

  it("is nobody where HubSpot says nothing that can be read, and the other fields are told", async () => {
    answers({ lastname: [{ value: "Ek" }], email: [past("a@example.com", 1, "FORM")] });
    expect((await editsOf(["lastname", "email", "phone"]))?.map(({ field }) => field)).toEqual(["email"]);
  });

  it("fails for the record alone that HubSpot cannot read", async () => {
    peer.script = ({ inputs }) =>
      inputs.some(({ id }) => id === "x")
        ? problem(400, "VALIDATION_ERROR", "Invalid id")
        : { body: { results: inputs.map(({ id }) => ({ id, properties: {} })) } };
    const { connector } = connectTo(peer);
    const [good, bad] = await Promise.allSettled(
      ["501", "x"].map((id) => connector.edits?.("contacts", id, ["email"])),
    );
    expect([good?.status, bad?.status]).toEqual(["fulfilled", "rejected"]);
  });
});

describe("what changed since", () => {
  const found = (n: number, second = n) => ({
    ...{ id: String(n), properties: { lastmodifieddate: at(second) }, createdAt: at(0), updatedAt: at(second) },
  });
  /** A search over these, as HubSpot makes it. */
  const search =
    (records: () => readonly ReturnType<typeof found>[]) =>
    ({ body }: Received) => {
      const [from, after, limit] = [Number(body.filterGroups[0].filters[0].value), Number(body.after), body.limit];
      const all = records()
        .filter(({ properties }) => Date.parse(properties.lastmodifieddate) >= from)
        .sort((one, other) => one.properties.lastmodifieddate.localeCompare(other.properties.lastmodifieddate));
      return { body: { total: all.length, results: all.slice(after, after + limit) } };
    };
  const changes = () => connectTo(peer).connector.changedSince?.("contacts", "bookingbug_id", at(0));

  it("is asked for from a minute before, which the search may trail behind", async () => {
    peer.script = search(() => []);
    await changes();
    expect(peer.calls[0]?.body.filterGroups[0].filters).toEqual([
      { propertyName: "lastmodifieddate", operator: "GTE", value: String(START - 60_000) },
      { propertyName: "bookingbug_id", operator: "HAS_PROPERTY" },
    ]);
  });

  it("is whole although a record of a page that was read is changed meanwhile", async () => {
    const records = Array.from({ length: 450 }, (_, n) => found(n));
    peer.script = (request) => {
      const answer = search(() => records)(request);
      if (peer.calls.length === 1) records[5] = found(5, 1_000);
      return answer;
    };
    expect(new Set((await changes())?.changed)).toEqual(new Set(records.map(({ id }) => id)));
  });

  it("is whole where more than a page changed in one moment", async () => {
    const records = Array.from({ length: 450 }, (_, n) => found(n, 7));
    peer.script = search(() => records);
    expect((await changes())?.changed).toHaveLength(450);
  });

  it("is said not to be whole where it is more than 10,000", async () => {
    const records = Array.from({ length: 10_100 }, (_, n) => found(n));
    peer.script = search(() => records);
    expect(await changes()).toMatchObject({ complete: false });
    expect(peer.calls).toHaveLength(50);
  });

  it("is not known where HubSpot does not say when", async () => {
    peer.script = () => ({ body: { total: 1, results: [{ ...found(1), properties: {} }] } });
    expect(await errorOf(changes() ?? Promise.resolve())).toMatchObject({ kind: "unavailable" });
  });
});
