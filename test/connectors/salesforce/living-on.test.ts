/** Records that were merged away live on: one query tells of all of them, and what it does not tell is no guess [B11]. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector } from "../../../connectors/connector.ts";
import {
  API,
  accept,
  connectTo,
  errorOf,
  failedRow,
  fault,
  KEY,
  type Peer,
  type Received,
  rowsOf,
  startPeer,
  TOKEN_PATH,
  update,
  upsert,
} from "./peer.ts";

let peer: Peer;
let connector: Connector;
beforeEach(async () => {
  peer = await startPeer();
  connector = connectTo(peer).connector;
});
afterEach(() => peer.close());

type Answer = ReturnType<Peer["script"]>;

/** Every write meets a deleted record, and `queryAll` is answered so. */
function gone(answer: Answer): void {
  peer.script = (request) => {
    if (request.path === TOKEN_PATH) return undefined;
    return request.method === "GET"
      ? answer
      : accept(request, () => failedRow("ENTITY_IS_DELETED", "entity is deleted"));
  };
}

const bin = (records: readonly object[]): Answer => ({
  body: { done: true, records: records.map((record) => ({ IsDeleted: true, MasterRecord: null, ...record })) },
});
const merged = (Id: string, MasterRecordId: string | null, MasterRecord: object | null = null) => ({
  Id,
  MasterRecordId,
  MasterRecord,
});

describe("records that are gone when they are written to", () => {
  it("are asked for in one query of the recycle bin, however many they are", async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `0030000000000${String(n).padStart(2, "0")}`);
    gone(bin(ids.map((id, n) => merged(`${id}AAA`, n === 7 ? null : `003000000000900AAA`))));
    const errors = await Promise.all(ids.map((id) => errorOf(connector.save(update(id)))));
    const survivors = errors.map((error) => ("survivorId" in error ? error.survivorId : error));
    expect(survivors).toEqual(ids.map((_id, n) => (n === 7 ? undefined : "003000000000900AAA")));
    expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(["not_found"]));
    expect(peer.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH ${API}/composite/sobjects`,
      `GET ${API}/queryAll`,
    ]);
  });

  it.each([
    ["is there", { IsDeleted: false, MasterRecordId: null }, "003B"],
    ["was merged away too", { IsDeleted: true, MasterRecordId: "003C" }, "003C"],
    ["is not told of", null, "003B"],
  ])("name the one that is left, where what they were merged into %s", async (_what, master, survivorId) => {
    gone(bin([merged("003A", "003B", master)]));
    expect(await errorOf(connector.save(update("003A")))).toMatchObject({ kind: "not_found", survivorId });
  });

  it("are gone for all that is known where the org does not let us look, and are not where it cannot answer [P4]", async () => {
    gone(fault(400, "INVALID_FIELD", "No such column 'MasterRecordId' on entity 'Contact'."));
    const error = await errorOf(connector.save(update("003A")));
    expect(error).toMatchObject({ kind: "not_found", survivorId: undefined });
    gone(fault(503, "SERVER_UNAVAILABLE"));
    expect(await errorOf(connector.save(update("003A")))).toMatchObject({ kind: "unavailable" });
  });

  it("cost no query where they cannot be merged", async () => {
    gone(bin([]));
    expect(await errorOf(connector.save({ ...update("00UA"), object: "Event" }))).toMatchObject({ kind: "not_found" });
    expect(peer.calls).toHaveLength(1);
  });
});

describe("an upsert whose record is in the recycle bin", () => {
  const answer = (found: readonly object[]): void => {
    peer.script = (request) => {
      if (request.path === TOKEN_PATH) return undefined;
      if (request.method === "GET") return { body: { done: true, records: found } };
      return accept(request, () =>
        request.method === "PATCH" ? failedRow("ENTITY_IS_DELETED", "deleted") : undefined,
      );
    };
  };
  const sent = () => peer.calls.map(({ method, path }) => `${method} ${path}`);

  it("makes it anew, under the same id of ours [B9]", async () => {
    answer([]);
    expect(await connector.save(upsert("7", { LastName: "Silva" }))).toEqual({ id: "003-7", created: true });
    expect(sent()).toEqual([
      `PATCH ${API}/composite/sobjects/Contact/${KEY}`,
      `GET ${API}/query`,
      `POST ${API}/composite/sobjects`,
    ]);
    expect(rowsOf(peer.calls.at(-1) as Received)).toMatchObject([{ [KEY]: "7", LastName: "Silva" }]);
  });

  it("makes none where one with that id is there: what it refers to is deleted [B9]", async () => {
    answer([{ Id: "003A", [KEY]: "7" }]);
    expect(await errorOf(connector.save(upsert("7")))).toMatchObject({ kind: "rejected", code: "ENTITY_IS_DELETED" });
    expect(sent()).toHaveLength(2);
  });
});

describe("records that are refused for what they refer to, where the org names no field", () => {
  const link = { via: "WhoId", toObject: "Contact", toId: "003000000000001AAA" };
  const event = (links = [link], values = {}) => ({ ...update("00UA", values, links), object: "Event" });
  const there: Answer = { body: { done: true, records: [{ Id: "00UA" }] } };

  it.each([
    ["a link", event()],
    ["an id among the values", event([], { OwnerId: "005000000000001AAA" })],
  ])("are there still, for %s [B9]", async (_what, write) => {
    gone(there);
    const error = await errorOf(connector.save(write));
    expect(error).toMatchObject({ kind: "rejected", code: "ENTITY_IS_DELETED", object: "Event" });
    expect(error.message).toBe("entity is deleted. The Event is there: what it refers to is not.");
    expect(peer.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH ${API}/composite/sobjects`,
      `GET ${API}/query`,
    ]);
  });

  it("are gone where the org has them no more", async () => {
    gone(bin([]));
    expect(await errorOf(connector.save(event()))).toMatchObject({ kind: "not_found" });
  });
});

describe("look-ups by id", () => {
  it("find those that are there, and none that was deleted", async () => {
    gone(bin([{ ...merged("003A", null), IsDeleted: false, LastName: "Silva" }, merged("003B", null)]));
    const find = (id: string) => connector.find({ object: "Contact", by: { id }, select: ["LastName"] });
    const found = await Promise.all(["003A", "003B", "003C"].map(find));
    expect(found).toEqual([[{ object: "Contact", id: "003A", values: { LastName: "Silva" } }], [], []]);
    expect(peer.calls).toHaveLength(1);
  });
});
