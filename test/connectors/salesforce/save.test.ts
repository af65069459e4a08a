/** Writes: gathered into collections calls, each record with its own answer, a bad one never the others' trouble. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector, RecordWrite } from "../../../connectors/connector.ts";
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
  org((request) => accept(request));
});
afterEach(() => peer.close());

function org(answer: (request: Received) => ReturnType<Peer["script"]>): void {
  peer.script = (request) => (request.path === TOKEN_PATH ? undefined : answer(request));
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const sizes = (): number[] => peer.calls.map((call) => rowsOf(call).length);
/** What became of each write: its id, or its error's kind. */
const outcomes = (writes: readonly RecordWrite[]): Promise<unknown[]> =>
  Promise.all(
    writes.map((write) =>
      connector.save(write).then(
        ({ id }) => id,
        ({ kind }) => kind,
      ),
    ),
  );
const isBad = (request: Received): boolean => rowsOf(request).some((row) => row.Bad__c !== undefined);

describe("an upsert", () => {
  it("sends values as they are, links as lookup fields, and the external id in the row", async () => {
    const links = [{ via: "AccountId", toObject: "Account", toId: "001A" }];
    const values = { LastName: "O'Brien 名前 👍", Score__c: 4.5, Active__c: false, Phone: null };
    expect(await connector.save(upsert("a/b c?d#e", values, links))).toEqual({ id: "003-a/b c?d#e", created: true });
    const [call] = peer.calls;
    expect([call?.method, call?.path]).toEqual(["PATCH", `${API}/composite/sobjects/Contact/${KEY}`]);
    const attributes = { type: "Contact" };
    const row = { attributes, ...values, AccountId: "001A", [KEY]: "a/b c?d#e" };
    expect(JSON.parse(call?.text ?? "")).toEqual({ allOrNone: false, records: [row] });
  });

  it("shares its call with others, up to 200, in order", async () => {
    const found = await outcomes(numbers(450).map((id) => upsert(id)));
    expect(found).toEqual(numbers(450).map((id) => `003-${id}`));
    expect(Math.max(...sizes())).toBe(200);
    expect(peer.calls).toHaveLength(3);
  });

  it("never shares it with another of the same external id in any case; they go in the order they came [O6]", async () => {
    const names = ["first", "second", "third"];
    await Promise.all(names.map((LastName, index) => connector.save(upsert(index === 1 ? "ID" : "id", { LastName }))));
    expect(peer.calls.map((call) => rowsOf(call).map((row) => row.LastName))).toEqual(names.map((name) => [name]));
  });

  it("that loses a race for a new external id is sent once more, and updates the winner's record", async () => {
    const taken = failedRow(
      "DUPLICATE_VALUE",
      `duplicate value found: ${KEY} duplicates value on record with id: 003000000000009`,
    );
    org((request) => accept(request, () => (peer.calls.length === 1 ? taken : undefined)));
    expect(await connector.save(upsert("7"))).toMatchObject({ id: "003-7" });
    expect(peer.calls).toHaveLength(2);
  });

  it("that stays a duplicate names the record in the way, and is not sent a third time", async () => {
    const message = `duplicate value found: ${KEY} duplicates value on record with id: 003000000000009`;
    org((request) => accept(request, () => failedRow("DUPLICATE_VALUE", message)));
    const error = await errorOf(connector.save(upsert("7")));
    expect(error).toMatchObject({ kind: "duplicate", existingId: "003000000000009", fields: [KEY] });
    expect(peer.calls).toHaveLength(2);
  });

  it("that is a duplicate by another field is not sent again", async () => {
    const message = "duplicate value found: Tax__c duplicates value on record with id: 003000000000009";
    org((request) => accept(request, () => failedRow("DUPLICATE_VALUE", message)));
    expect(await errorOf(connector.save(upsert("7")))).toMatchObject({ kind: "duplicate", fields: ["Tax__c"] });
    expect(peer.calls).toHaveLength(1);
  });
});

describe("an update by id", () => {
  it("names the record in its row", async () => {
    org((request) => ({ body: rowsOf(request).map(({ id }) => ({ id, success: true, errors: [] })) }));
    const links = [{ via: "WhoId", toObject: "Contact", toId: "003B" }];
    const target = { by: "id", id: "00UA" } as const;
    expect(await connector.save({ object: "Event", target, values: { Subject: null }, links })).toEqual({
      id: "00UA",
      created: false,
    });
    const [call] = peer.calls;
    expect([call?.method, call?.path]).toEqual(["PATCH", `${API}/composite/sobjects`]);
    expect(call === undefined ? [] : rowsOf(call)).toEqual([
      { attributes: { type: "Event" }, id: "00UA", Subject: null, WhoId: "003B" },
    ]);
  });

  it("never shares its call with the same record under its longer id", async () => {
    await outcomes([update("003000000000001"), update("003000000000001AAA"), update("003000000000002AAA")]);
    expect(sizes()).toEqual([2, 1]);
  });

  it.each([
    ["ENTITY_IS_DELETED", [], "not_found"],
    ["INVALID_CROSS_REFERENCE_KEY", ["Id"], "not_found"],
    ["NOT_FOUND", [], "not_found"],
    ["ENTITY_IS_DELETED", ["AccountId"], "rejected"],
    ["INVALID_CROSS_REFERENCE_KEY", ["AccountId"], "rejected"],
  ])("answered %s %j is %s", async (code, fields, kind) => {
    const none = { body: { records: [], done: true } };
    org((request) =>
      request.method === "GET" ? none : accept(request, () => failedRow(code, "entity is deleted", fields)),
    );
    expect(await errorOf(connector.save(update("003A")))).toMatchObject({ kind, code });
  });
});

describe("one bad row", () => {
  it("fails alone, in the CRM's words, without what it was about", async () => {
    const message = "Email: invalid email address: ana silva";
    const bad = failedRow("INVALID_EMAIL_ADDRESS", message, ["Email"]);
    org((request) => accept(request, (row) => (row[KEY] === "1" ? bad : undefined)));
    const writes = numbers(3).map((id) => upsert(id, { Email: id === "1" ? "ana silva" : "bo@example.com" }));
    const [first, second, third] = writes.map((write) => connector.save(write));
    await expect(first).resolves.toMatchObject({ id: "003-0" });
    await expect(third).resolves.toMatchObject({ id: "003-2" });
    const error = await errorOf(second ?? Promise.resolve());
    expect(error).toMatchObject({
      kind: "rejected",
      code: "INVALID_EMAIL_ADDRESS",
      object: "Contact",
      fields: ["Email"],
    });
    expect(error.message).toBe("Email: invalid email address: ‹Email›");
  });

  it("that makes Salesforce refuse the whole call is found by halving it", async () => {
    org((request) =>
      isBad(request) ? fault(400, "JSON_PARSER_ERROR", "Cannot deserialize: Ana Silva") : accept(request),
    );
    const writes = numbers(20).map((id) => upsert(id, id === "13" ? { Bad__c: "Ana Silva" } : {}));
    expect(await outcomes(writes)).toEqual(numbers(20).map((id) => (id === "13" ? "rejected" : `003-${id}`)));
    expect(peer.calls.length).toBeLessThanOrEqual(11);
    const error = await errorOf(connector.save(upsert("14", { Bad__c: "Ana Silva" })));
    expect(error.message).toBe("Cannot deserialize: ‹Bad__c›");
  });

  it("with an unknown column is known by it, without halving, even where all have it", async () => {
    const unknown = fault(400, "INVALID_FIELD", "No such column 'Bad__c' on sobject of type Contact");
    org((request) => (isBad(request) ? unknown : accept(request)));
    const some = numbers(20).map((id) => upsert(id, Number(id) % 2 === 1 ? { Bad__c: "x" } : {}));
    expect(await outcomes(some)).toEqual(
      numbers(20).map((id) => (Number(id) % 2 === 1 ? "misconfigured" : `003-${id}`)),
    );
    expect(sizes()).toEqual([20, 10]);
    await outcomes(numbers(20).map((id) => upsert(id, { Bad__c: "x" })));
    expect(sizes()).toEqual([20, 10, 20]);
  });

  it("is not searched for in an outage: all wait for the same", async () => {
    org(() => fault(503, "SERVER_UNAVAILABLE"));
    expect(await outcomes(numbers(5).map((id) => upsert(id)))).toEqual(numbers(5).map(() => "unavailable"));
    expect(peer.calls).toHaveLength(1);
  });

  it("does not make an outage out of the refusal while it is searched for", async () => {
    org((request) => {
      if (rowsOf(request).length === 4) return fault(400, "JSON_PARSER_ERROR");
      return rowsOf(request)[0]?.[KEY] === "0" ? fault(500, "UNKNOWN_EXCEPTION") : accept(request);
    });
    expect(await outcomes(numbers(4).map((id) => upsert(id)))).toEqual([
      "unavailable",
      "unavailable",
      "003-2",
      "003-3",
    ]);
  });

  it.each(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "PROCESSING_HALTED"])(
    "does not take others down with %s: they are sent again without it",
    async (code) => {
      const bad = failedRow("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]);
      org((request) =>
        isBad(request) ? accept(request, (row) => (row.Bad__c ? bad : failedRow(code))) : accept(request),
      );
      const writes = numbers(3).map((id) => upsert(id, id === "1" ? { Bad__c: "x" } : {}));
      expect(await outcomes(writes)).toEqual(["003-0", "rejected", "003-2"]);
      expect(sizes()).toEqual([3, 2]);
    },
  );

  it("leaves a conflict where the rest is rolled back a second time", async () => {
    const rolledBack = failedRow("ALL_OR_NONE_OPERATION_ROLLED_BACK");
    const bad = failedRow("REQUIRED_FIELD_MISSING");
    org((request) => accept(request, (row) => (row.Bad__c ? bad : rolledBack)));
    const writes = numbers(3).map((id) => upsert(id, id === "1" ? { Bad__c: "x" } : {}));
    expect(await outcomes(writes)).toEqual(["conflict", "rejected", "conflict"]);
    expect(peer.calls).toHaveLength(2);
  });

  it("that is locked is a conflict, its neighbours are written", async () => {
    const locked = failedRow("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
    org((request) => accept(request, (row) => (row[KEY] === "1" ? locked : undefined)));
    expect(await outcomes(numbers(3).map((id) => upsert(id)))).toEqual(["003-0", "conflict", "003-2"]);
  });
});

describe("a 200 that does not say what became of a record", () => {
  it.each([
    ["nothing", undefined],
    ["success without an id", { success: true, errors: [] }],
    ["failure without an error", { success: false, errors: [] }],
    ["a row of another kind", "ok"],
  ])("is an outage for that record: %s", async (_what, row) => {
    org((request) => ({
      body: [
        ...rowsOf(request)
          .slice(1)
          .map((one) => ({ id: `003-${one[KEY]}`, success: true })),
        row,
      ],
    }));
    const [kept, lost] = await outcomes([upsert("0"), upsert("1")]);
    expect([kept, lost]).toEqual(["003-1", "unavailable"]);
  });
});

describe("a 200 with fewer results than records", () => {
  it("gives nobody another's id: the records are sent again in smaller calls, down to the one that is left out", async () => {
    org((request) => {
      const { body } = accept(request) as { body: { id: string }[] };
      return { body: body.filter(({ id }) => id !== "003-1") };
    });
    expect(await outcomes(numbers(6).map((id) => upsert(id)))).toEqual(
      numbers(6).map((id) => (id === "1" ? "unavailable" : `003-${id}`)),
    );
  });

  it("and with more is not believed either", async () => {
    org((request) => ({ body: [...(accept(request).body as unknown[]), { id: "003-9", success: true }] }));
    expect(await outcomes([upsert("1")])).toEqual(["unavailable"]);
  });
});

describe("a record without a key of ours", () => {
  const made = (email: string): RecordWrite => ({
    object: "Contact",
    target: { by: "match", field: "Email", value: email },
    values: { Email: email },
    links: [],
  });
  const created = (request: Received) =>
    rowsOf(request).map(({ Email }) => ({ id: `003-${Email}`, success: true, errors: [] }));

  it("is created, many in a call", async () => {
    org((request) => ({ body: created(request) }));
    const saved = await Promise.all([made("a@example.com"), made("b@example.com")].map((one) => connector.save(one)));
    expect(saved).toEqual(["a", "b"].map((name) => ({ id: `003-${name}@example.com`, created: true })));
    expect(peer.calls.map(({ method, path }) => [method, path])).toEqual([["POST", `${API}/composite/sobjects`]]);
  });

  it("is not sent again where an answer does not say which of them there are [P1]", async () => {
    org((request) => ({ body: created(request).slice(1) }));
    expect(await outcomes(numbers(3).map(made))).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(sizes()).toEqual([3]);
  });
});

describe("a result under another id than the one that was written", () => {
  it("is not believed", async () => {
    org((request) => accept(request, () => ({ id: "003000000000009AAA", success: true, errors: [] })));
    expect(await outcomes([update("003000000000001AAA"), update("003000000000009")])).toEqual([
      "unavailable",
      "003000000000009AAA",
    ]);
  });
});
