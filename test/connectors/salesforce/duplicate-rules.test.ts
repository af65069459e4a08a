/** Duplicate rules: one that only alerts costs no record, and one that refuses says whom it takes a record for [P9]. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector, RecordWrite } from "../../../connectors/connector.ts";
import {
  type Answer,
  accept,
  connectTo,
  errorOf,
  findByEmail,
  type Peer,
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

function org(answer: (request: Peer["calls"][number]) => Answer | undefined): void {
  peer.script = (request) => (request.path === TOKEN_PATH ? undefined : answer(request));
}

const HEADER = "sforce-duplicate-rule-header";
const creation: RecordWrite = {
  object: "Contact",
  target: { by: "match", field: "Email", value: "ana@example.com" },
  values: { LastName: "Silva" },
  links: [],
};
const first = "003000000000001AAA";
const second = "003000000000002AAA";

describe("a write", () => {
  it("of any kind asks to be saved past rules that only alert; a read has nothing to ask [P9]", async () => {
    org((request) => (request.method === "GET" ? { body: { done: true, records: [] } } : accept(request)));
    await Promise.all([upsert("7"), update(first), creation].map((write) => connector.save(write)));
    await findByEmail(connector, "ana@example.com");
    const said = peer.calls.map(({ method, headers }) => [method === "GET" ? "read" : "write", headers[HEADER]]);
    expect(said.toSorted()).toEqual([
      ["read", undefined],
      ...Array.from({ length: 3 }, () => ["write", "allowSave=true"]),
    ]);
  });

  it("that is to heed them does not ask, and shares no call with those that do", async () => {
    org((request) => accept(request));
    const heeding: RecordWrite = { ...upsert("8"), duplicateRules: "strict" };
    await Promise.all([upsert("7"), heeding, upsert("9")].map((write) => connector.save(write)));
    const calls = peer.calls.map((call) => [
      call.headers[HEADER] ?? "nothing",
      ...rowsOf(call).map((row) => row.BB_Id__c),
    ]);
    expect(calls.toSorted()).toEqual([
      ["allowSave=true", "7", "9"],
      ["nothing", "8"],
    ]);
  });
});

describe("a rule that refuses", () => {
  const match = (id: string, type: string | undefined = "Contact") => ({
    matchConfidence: 100,
    record: { ...(type && { attributes: { type } }), Id: id },
  });
  const result = (matchRecords: readonly unknown[], entityType = "Contact") => ({
    allowSave: false,
    matchResults: [{ entityType, matchRecords, size: matchRecords.length, success: true }],
  });
  const error = { statusCode: "DUPLICATES_DETECTED", message: "Use one of these records?", fields: [] };
  const row = (inError: object, inRow: object = {}): Answer => ({
    body: [{ success: false, errors: [{ ...error, ...inError }], ...inRow }],
  });
  const both = result([match(first), match(second), match(first.slice(0, 15))]);

  it.each<[string, Answer]>([
    ["in a row's error", row({ duplicateResult: both })],
    ["in a row's error, misspelt", row({ duplicateResut: both })],
    ["in the row", row({}, { duplicateResult: both })],
    [
      "in the error of a whole call",
      { status: 400, body: [{ errorCode: error.statusCode, message: error.message, duplicateResut: both }] },
    ],
  ])("names the matches %s, each once", async (_where, answer) => {
    org(() => answer);
    expect(await errorOf(connector.save(upsert("7")))).toMatchObject({
      kind: "rejected",
      code: "DUPLICATES_DETECTED",
      matchIds: [first, second],
    });
  });

  it.each([
    ["a match that is another object's", result([match("00Q000000000001AAA", "Lead")], "Lead")],
    ["a match of which only the rule says that it is another object's", result([match(first, "")], "Lead")],
    ["a match that it does not show us", result([{ matchConfidence: 100, record: null }])],
    ["something that is no id", result([match("Ana Silva")])],
    ["no match at all", undefined],
  ])("with %s offers nobody, and says what an admin does next", async (_which, duplicateResult) => {
    org(() => row({ duplicateResult }));
    const { message, ...detail } = await errorOf(connector.save(upsert("7")));
    expect(detail).toMatchObject({ kind: "rejected", matchIds: [] });
    expect(message).toMatch(/^Use one of these records\? Next: .* lets the integration user see them/);
  });
});
