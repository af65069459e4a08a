/** Look-ups: gathered into queries, each asker with its own records, and a failure never taken for "none". */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector, FindQuery } from "../../../connectors/connector.ts";
import {
  API,
  connectTo,
  errorOf,
  fault,
  findByEmail,
  type Peer,
  type Received,
  startPeer,
  TOKEN_PATH,
  valuesOf,
} from "./peer.ts";

let peer: Peer;
let connector: Connector;
beforeEach(async () => {
  peer = await startPeer();
  connector = connectTo(peer).connector;
});
afterEach(() => peer.close());

interface Row {
  readonly Id: string;
  readonly [field: string]: unknown;
}
const page = (records: readonly Row[], next?: string) => ({
  body: { done: next === undefined, ...(next !== undefined && { nextRecordsUrl: next }), records },
});
const plain = (literal: string): string => literal.replace(/\\(.)/g, "$1").toLowerCase();

/** An org with these contacts; it compares e-mails as Salesforce does. */
function contacts(...rows: readonly Row[]): void {
  const answer = (request: Received) => {
    const wanted = new Set(valuesOf(request).map(plain));
    return page(rows.filter(({ Email }) => wanted.has(String(Email).toLowerCase())));
  };
  peer.script = (request) => (request.path === TOKEN_PATH ? undefined : answer(request));
}
const queries = (): string[] => peer.calls.map(({ soql }) => soql);
const ids = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);
const org = (answer: (request: Received) => ReturnType<Peer["script"]>): void => {
  peer.script = (request) => (request.path === TOKEN_PATH ? undefined : answer(request));
};

describe("look-ups", () => {
  describe("of fields that are read only as well [K1]", () => {
    const both = (also: readonly string[], select: readonly string[] = ["LastName"]): FindQuery => ({
      object: "Contact",
      by: { field: "Email", value: "ana@example.com" },
      select,
      also,
    });
    const without = (...hidden: readonly string[]) =>
      org(({ soql }) => {
        const column = hidden.find((name) => soql.includes(name));
        return column === undefined
          ? page([{ Id: "003A", Email: "ana@example.com", LastName: "Silva", Phone: "1" }])
          : fault(400, "INVALID_FIELD", `ERROR at Row:1:Column:8\nNo such column '${column}' on entity 'Contact'.`);
      });

    it("answer with what can be read; what cannot is found out once", async () => {
      without("Secret__c");
      const values = { LastName: "Silva", Phone: "1" };
      expect(await connector.find(both(["Phone", "Secret__c"]))).toEqual([{ object: "Contact", id: "003A", values }]);
      expect(await connector.find(both(["Phone", "Secret__c"]))).toEqual([{ object: "Contact", id: "003A", values }]);
      expect(queries()).toHaveLength(3);
    });

    it("do not name what holds many records and is no field, which no org has as a column", async () => {
      org(() => page([{ Id: "00UA", WhoId: "003A" }]));
      const guests = { object: "Event", by: { id: "00UA" }, select: [], also: ["EventRelation", "WhoId"] };
      expect((await connector.find(guests))[0]?.values).toEqual({ WhoId: "003A" });
      expect(queries()).toEqual([expect.not.stringContaining("EventRelation")]);
    });

    it("are refused as ever for what is needed", async () => {
      without("LastName");
      expect(await errorOf(connector.find(both(["Phone"])))).toMatchObject({
        kind: "misconfigured",
        fields: ["LastName"],
      });
      expect(queries()).toHaveLength(1);
    });

    it("share a query with who asks for others, or for none", async () => {
      contacts({ Id: "003A", Email: "ana@example.com" }, { Id: "003B", Email: "bo@example.com" });
      const other = { object: "Contact", by: { field: "Email", value: "bo@example.com" }, select: ["LastName"] };
      await Promise.all([connector.find(both(["Phone"])), connector.find(other)]);
      expect(queries()).toHaveLength(1);
    });

    it("do without them where a query would not hold them and whom we look for", async () => {
      contacts({ Id: "003A", Email: "ana@example.com" });
      const many = Array.from({ length: 500 }, (_, index) => `A_field_with_a_long_name_${index}__c`);
      const emails = Array.from({ length: 150 }, (_, index) => `somebody${index}@example.com`);
      const asked = emails.map((value) => ({ ...both(many), by: { field: "Email", value } }));
      await Promise.all(asked.map((query) => connector.find(query)));
      expect(queries()).toHaveLength(1);
    });

    it("do not select a field twice, however it is spelt", async () => {
      contacts({ Id: "003A", Email: "ana@example.com" });
      const [found] = await connector.find(both(["email", "not a name"]));
      expect(found?.values.email).toBe("ana@example.com");
      expect(queries()).toEqual(["SELECT Id, Email, LastName FROM Contact WHERE Email IN ('ana@example.com')"]);
    });
  });

  it("ask for the selected fields, and answer with them", async () => {
    contacts({ Id: "003A", Email: "ana@example.com", LastName: "Silva", Phone: null });
    const query: FindQuery = {
      object: "Contact",
      by: { field: "Email", value: "ana@example.com" },
      select: ["LastName", "Phone"],
    };
    const values = { LastName: "Silva", Phone: null };
    expect(await connector.find(query)).toEqual([{ object: "Contact", id: "003A", values }]);
    expect(queries()).toEqual(["SELECT Id, Email, LastName, Phone FROM Contact WHERE Email IN ('ana@example.com')"]);
  });

  it("that come together share one query, and each gets what matches its value, whatever the case", async () => {
    contacts(
      { Id: "003A", Email: "Ana@Example.com" },
      { Id: "003B", Email: "bo@example.com" },
      { Id: "003C", Email: "BO@example.com" },
    );
    const asked = ["ana@example.com", "BO@EXAMPLE.COM", "nobody@example.com", "bo@example.com"];
    const found = await Promise.all(asked.map((email) => findByEmail(connector, email)));
    expect(found.map(ids)).toEqual([["003A"], ["003B", "003C"], [], ["003B", "003C"]]);
    expect(peer.calls.map((call) => valuesOf(call).length)).toEqual([3]);
  });

  it.each([
    "o'brien@example.com",
    'a"b\\c@example.com',
    "zoë.名前@example.com",
    "a+b%26@example.com",
    "👍@example.com",
  ])("find %s", async (email) => {
    contacts({ Id: "003A", Email: email });
    expect(ids(await findByEmail(connector, email))).toEqual(["003A"]);
  });

  it("cannot be talked into another query", async () => {
    contacts();
    await findByEmail(connector, "x') OR Name LIKE ('%\n\\");
    expect(queries()).toEqual([
      String.raw`SELECT Id, Email, LastName FROM Contact WHERE Email IN ('x\') OR Name LIKE (\'%\n\\')`,
    ]);
    const by = { field: "Email = '' OR Email", value: "x" };
    expect(await errorOf(connector.find({ object: "Contact", by, select: [] }))).toMatchObject({
      kind: "misconfigured",
    });
    expect(await errorOf(connector.describe("Contact/../User"))).toMatchObject({ kind: "misconfigured" });
    expect(peer.calls).toHaveLength(1);
  });

  it("send half a character as Unicode's stand-in instead of failing all that share the query", async () => {
    contacts({ Id: "003A", Email: "ana@example.com" });
    const found = await Promise.all([findByEmail(connector, "x\ud83d"), findByEmail(connector, "ana@example.com")]);
    expect(found.map(ids)).toEqual([[], ["003A"]]);
  });

  it("by id take 15 and 18 characters for the same", async () => {
    org(() => page([{ Id: "003000000000001AAA" }]));
    const byId = (id: string) => connector.find({ object: "Contact", by: { id }, select: [] });
    const found = await Promise.all([byId("003000000000001"), byId("003000000000001AAA"), byId("003000000000002AAA")]);
    expect(found.map(ids)).toEqual([["003000000000001AAA"], ["003000000000001AAA"], []]);
    expect(queries()[0]).toContain("WHERE Id IN (");
  });

  it("read fields of a parent, and names in any spelling", async () => {
    org(() => page([{ Id: "003A", Email: "a@b.cd", Account: { attributes: {}, Name: "Acme" }, LastName: "Silva" }]));
    const query = { object: "Contact", by: { field: "email", value: "a@b.cd" }, select: ["Account.Name", "lastname"] };
    expect((await connector.find(query))[0]?.values).toEqual({ "Account.Name": "Acme", lastname: "Silva" });
  });

  it("read every page", async () => {
    const next = `${API}/query/01gD0000002HU6KIAW-2000`;
    org(({ path }) =>
      page([{ Id: path === next ? "003B" : "003A", Email: "ana@example.com" }], path === next ? undefined : next),
    );
    expect(ids(await findByEmail(connector, "ana@example.com"))).toEqual(["003A", "003B"]);
  });

  it("are spread over several queries when one would be too long for a URL", async () => {
    const emails = Array.from({ length: 200 }, (_, index) => `${"n".repeat(150)}${index}@example.com`);
    contacts(...emails.map((Email, index) => ({ Id: `003-${index}`, Email })));
    const found = await Promise.all(emails.map((email) => findByEmail(connector, email)));
    expect(found.map(ids)).toEqual(emails.map((_, index) => [`003-${index}`]));
    expect(peer.calls.length).toBeGreaterThan(1);
    expect(Math.max(...queries().map((soql) => encodeURIComponent(soql).length))).toBeLessThanOrEqual(12_100);
  });

  it("ask again, one by one, when Salesforce calls equal what we do not", async () => {
    const rows = [
      { Id: "003A", Email: "strasse@example.com" },
      { Id: "003B", Email: "bo@example.com" },
    ];
    org((request) => {
      const wanted = valuesOf(request).map((value) => value.replace("ß", "ss"));
      return page(rows.filter(({ Email }) => wanted.includes(Email)));
    });
    const found = await Promise.all(
      ["straße@example.com", "bo@example.com"].map((email) => findByEmail(connector, email)),
    );
    expect(found.map(ids)).toEqual([["003A"], ["003B"]]);
  });

  it("answered with another record are not believed, and not taken for nobody", async () => {
    org(() => page([{ Id: "003A", Email: "bo@example.com" }]));
    expect(await errorOf(findByEmail(connector, "ana@example.com"))).toMatchObject({ kind: "unavailable" });
  });

  it("refuse an empty value, which would match every record without one", async () => {
    expect(await errorOf(findByEmail(connector, " "))).toMatchObject({ kind: "rejected", fields: ["Email"] });
    expect(peer.calls).toHaveLength(0);
  });
});

describe("failed look-ups", () => {
  it.each([
    ["QUERY_TIMEOUT", fault(400, "QUERY_TIMEOUT", "Your query request was running for too long."), "unavailable"],
    ["an unknown field", fault(400, "INVALID_FIELD", "No such column 'Nope__c' on entity 'Contact'."), "misconfigured"],
    ["an unknown object", fault(400, "INVALID_TYPE", "sObject type 'Nope' is not supported."), "misconfigured"],
    ["no list of records", { body: { totalSize: 0, done: true } }, "unavailable"],
    ["a record without an id", { body: { done: true, records: [{ Email: "ana@example.com" }] } }, "unavailable"],
    ["a page without the next one's address", { body: { done: false, records: [] } }, "unavailable"],
  ])("are never empty: %s", async (_what, answer, kind) => {
    org(() => answer);
    const asked = ["ana@example.com", "bo@example.com"].map((email) => errorOf(findByEmail(connector, email)));
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ kind });
    expect(peer.calls).toHaveLength(1);
  });

  it("are never half full: a page that fails", async () => {
    org(({ path }) =>
      path.endsWith("/query")
        ? page([{ Id: "003A", Email: "ana@example.com" }], `${API}/query/01g`)
        : fault(503, "SERVER_UNAVAILABLE"),
    );
    expect(await errorOf(findByEmail(connector, "ana@example.com"))).toMatchObject({ kind: "unavailable" });
  });

  it("end where a page leads to itself [P4]", async () => {
    org(() => page([], peer.calls.length < 30 ? `${API}/query/01g` : undefined));
    const error = await errorOf(findByEmail(connector, "ana@example.com"));
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringContaining("does not end") });
    expect(peer.calls).toHaveLength(2);
  });

  it("fail alone when a single value is what Salesforce cannot compare", async () => {
    org((request) =>
      valuesOf(request).includes("nonsense")
        ? fault(400, "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: nonsense")
        : page(valuesOf(request).map((Id) => ({ Id }))),
    );
    const all = ["003000000000001", "003000000000002", "nonsense", "003000000000003"];
    const found = await Promise.allSettled(
      all.map((id) => connector.find({ object: "Contact", by: { id }, select: [] })),
    );
    expect(found.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  });

  it("do not quote whom we looked for", async () => {
    const email = "o'brien.private@example.com";
    org(({ soql }) => fault(400, "MALFORMED_QUERY", `unexpected token: ${soql}`));
    const error = await errorOf(findByEmail(connector, email));
    expect(error.message).toContain("unexpected token");
    expect(error.message).not.toMatch(/brien|private|example/);
  });
});
