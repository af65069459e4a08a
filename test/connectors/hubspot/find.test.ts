/** Look-ups: gathered into reads, each asker with its own records, and a failure never taken for "none". */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector } from "../../../connectors/connector.ts";
import {
  type Answer,
  connectTo,
  errorOf,
  findByEmail,
  type Item,
  numbers,
  OBJECTS,
  type Peer,
  problem,
  propertiesOf,
  type Received,
  startPeer,
} from "./peer.ts";

let peer: Peer;
let connector: Connector;
beforeEach(async () => {
  peer = await startPeer();
  connector = connectTo(peer).connector;
});
afterEach(() => peer.close());

const ana = { id: "501", properties: { email: "ana@example.com", lastname: "Silva" } };
const bo = { id: "502", properties: { email: "bo@example.com", lastname: "Ek" } };
const ids = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);
const sizes = (): number[] => peer.calls.map(({ inputs }) => inputs.length);
const findBy = (field: string, value: string, select: readonly string[] = []) =>
  connector.find({ object: "contacts", by: { field, value }, select });
const findById = (id: string) => connector.find({ object: "contacts", by: { id }, select: ["lastname"] });
const notFound = (missing: readonly unknown[]) => ({
  category: "OBJECT_NOT_FOUND",
  message: "Could not get some CONTACT objects, they may be deleted or not exist.",
  context: { ids: missing },
});

/** How HubSpot may say that some of the inputs do not exist. */
const WAYS: readonly [string, (found: readonly Item[], missing: readonly unknown[]) => Answer][] = [
  [
    "207 with their ids",
    (results, missing) => ({ status: 207, body: { results, numErrors: 1, errors: [notFound(missing)] } }),
  ],
  [
    "207 with an error for each",
    (results, missing) => ({ status: 207, body: { results, errors: missing.map((id) => notFound([id])) } }),
  ],
  ["207 without their ids", (results) => ({ status: 207, body: { results, errors: [notFound([])] } })],
  ["200 without a word", (results) => ({ body: { results } })],
];

/** An account with these contacts. */
function contacts(rows: readonly Item[], way = WAYS[0]?.[1]): void {
  peer.script = ({ inputs, body }: Received) => {
    const keyed = (row: Item) => (body.idProperty === undefined ? row.id : (row.properties as Item)[body.idProperty]);
    const isAsked = (row: Item) => inputs.some(({ id }) => String(keyed(row)).toLowerCase() === id?.toLowerCase());
    const found = rows.filter(isAsked);
    const known = new Set(found.map((row) => String(keyed(row)).toLowerCase()));
    const missing = inputs.map(({ id }) => id).filter((id) => !known.has(id?.toLowerCase() ?? ""));
    return missing.length === 0 ? { body: { results: found } } : way?.(found, missing);
  };
}

describe("look-ups", () => {
  describe("of properties that are read only as well [K1]", () => {
    const both = (also: readonly string[]) => ({
      object: "contacts",
      by: { field: "email", value: "ana@example.com" },
      select: ["lastname"],
      also,
    });

    it("answer with those that HubSpot shows, and with nothing of the others", async () => {
      contacts([
        { id: "501", properties: { email: "ana@example.com", lastname: "Silva", phone: null, city: "Lisbon" } },
      ]);
      const found = await connector.find(both(["phone", "city", "secret"]));
      expect(found).toEqual([
        { object: "contacts", id: "501", values: { lastname: "Silva", phone: null, city: "Lisbon" } },
      ]);
    });

    it("share a call with who asks for others, or for none", async () => {
      contacts([ana, bo]);
      const other = { object: "contacts", by: { field: "email", value: "bo@example.com" }, select: ["lastname"] };
      await Promise.all([connector.find(both(["phone"])), connector.find(other)]);
      expect(sizes()).toEqual([2]);
    });

    it("are made without them where HubSpot refuses to show one, from then on at once", async () => {
      contacts([ana]);
      const answer = peer.script;
      peer.script = (request) => {
        if (request.inputs.length === 0) return propertiesOf(["email"]);
        if (!request.body.properties.includes("secret")) return answer(request);
        return problem(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes");
      };
      const found = await connector.find(both(["secret"]));
      expect(found).toEqual([{ object: "contacts", id: "501", values: { lastname: "Silva" } }]);
      const reads = () => peer.calls.filter(({ path }) => path.endsWith("/batch/read"));
      expect(reads()).toHaveLength(2);
      await connector.find(both(["secret"]));
      expect(reads()).toHaveLength(3);
    });
  });

  it("ask for the selected properties and the additional e-mails, and answer with what was selected", async () => {
    contacts([ana]);
    const found = await findBy("email", "ana@example.com", ["lastname", "phone"]);
    expect(found).toEqual([{ object: "contacts", id: "501", values: { lastname: "Silva", phone: null } }]);
    const [call] = peer.calls;
    expect([call?.method, call?.path]).toEqual(["POST", `${OBJECTS}/contacts/batch/read`]);
    expect(call?.body).toEqual({
      idProperty: "email",
      inputs: [{ id: "ana@example.com" }],
      properties: ["email", "hs_additional_emails", "lastname", "phone"],
      propertiesWithHistory: [],
    });
  });

  it.each(WAYS)(
    "that come together share a read, and each gets its own; who is missing is told by %s",
    async (what, way) => {
      contacts([bo, ana], way);
      const asked = ["ana@example.com", "nobody@example.com", "BO@example.com", "no-one@example.com"];
      const found = await Promise.all(asked.map((email) => findByEmail(connector, email)));
      expect(found.map(ids)).toEqual([["501"], [], ["502"], []]);
      // To make sure, once: nothing was ever said so far.
      expect(sizes()).toEqual(what === "200 without a word" ? [4, 4] : [4]);
      expect(ids(await findByEmail(connector, "nobody@example.com"))).toEqual([]);
      expect(sizes().at(-1)).toBe(1);
      expect(sizes()).toHaveLength(what === "200 without a word" ? 3 : 2);
    },
  );

  it("of an account that says who is missing are not taken for none when it leaves out without a word [P4]", async () => {
    contacts([ana]);
    expect(await findByEmail(connector, "nobody@example.com")).toEqual([]);
    peer.script = () => ({ body: { results: [] } });
    expect(await errorOf(findByEmail(connector, "ana@example.com"))).toMatchObject({ kind: "unavailable" });
    // By another property it may be otherwise.
    expect(await findBy("bookingbug_id", "7")).toEqual([]);
  });

  it("of which nothing is known yet are asked again when the first answer is empty [P4]", async () => {
    contacts([ana]);
    const { script } = peer;
    peer.script = () => {
      peer.script = script;
      return { body: { results: [] } };
    };
    expect(ids(await findByEmail(connector, "ana@example.com"))).toEqual(["501"]);
  });

  it("are spread over reads of 100", async () => {
    contacts(numbers(250).map((n) => ({ id: n, properties: { email: `${n}@example.com` } })));
    const found = await Promise.all(numbers(250).map((n) => findByEmail(connector, `${n}@example.com`)));
    expect(found.map(ids)).toEqual(numbers(250).map((n) => [n]));
    expect(Math.max(...sizes())).toBe(100);
  });

  it("find a person by an additional e-mail", async () => {
    const merged = {
      id: "501",
      properties: { email: "ana@example.com", hs_additional_emails: "old@example.com;x@example.com" },
    };
    peer.script = () => ({ body: { results: [merged, bo] } });
    const found = await Promise.all(
      ["old@example.com", "bo@example.com"].map((email) => findByEmail(connector, email)),
    );
    expect(found.map(ids)).toEqual([["501"], ["502"]]);
    expect(sizes()).toEqual([2]);
  });

  it("ask alone for whom no record matches while one is left over", async () => {
    const hidden = { id: "501", properties: { lastname: "Silva" } };
    peer.script = ({ inputs }) => ({
      body: { results: inputs.length > 1 ? [hidden, bo] : inputs[0]?.id === "old@example.com" ? [hidden] : [] },
    });
    const asked = ["old@example.com", "bo@example.com", "nobody@example.com"];
    const found = await Promise.all(asked.map((email) => findByEmail(connector, email)));
    expect(found.map(ids)).toEqual([["501"], ["502"], []]);
    expect(sizes()).toEqual([3, 1, 1, 1]);
  });

  it("ask alone for whom neither a record nor an error names", async () => {
    peer.script = ({ inputs }) =>
      inputs.length > 1
        ? { status: 207, body: { results: [bo], errors: [notFound(["nobody@example.com"])] } }
        : { body: { results: [ana] } };
    const asked = ["ana@example.com", "bo@example.com", "nobody@example.com"];
    const found = await Promise.all(asked.map((email) => findByEmail(connector, email)));
    expect(found.map(ids)).toEqual([["501"], ["502"], []]);
  });

  it("answered with another record are not believed, and not taken for nobody", async () => {
    const other = { bookingbug_id: "8", email: "bo@example.com", hs_additional_emails: "" };
    peer.script = () => ({ body: { results: [{ id: "501", properties: other }] } });
    expect(await errorOf(findBy("bookingbug_id", "7"))).toMatchObject({ kind: "unavailable" });
    expect(await errorOf(findByEmail(connector, "ana@example.com"))).toMatchObject({ kind: "unavailable" });
    peer.script = () => ({ body: { results: [ana, bo] } });
    expect(await errorOf(findByEmail(connector, "cy@example.com"))).toMatchObject({ kind: "unavailable" });
  });

  it("by id of a record that was merged away name the one it was merged into, and of the others the records [B11]", async () => {
    const living = [{ ...ana, id: "900" }, bo];
    peer.script = ({ inputs }) => ({
      body: { results: living.filter((_, index) => inputs.some(({ id }) => id === ["501", "502"][index])) },
    });
    const [merged, other] = await Promise.allSettled(["501", "502"].map(findById));
    expect(merged).toMatchObject({ reason: { kind: "not_found", survivorId: "900" } });
    expect(other).toMatchObject({ value: [{ id: "502" }] });
  });

  it.each(["leaves out who is missing", "says who is missing"])(
    "by id of a record that was merged into another one of the same call name that one, where HubSpot %s [B11]",
    async (how) => {
      peer.script = ({ inputs }) => {
        const asked = new Set(inputs.map(({ id }) => (id === "501" ? "502" : id)));
        const missing = [...asked].filter((id) => id !== "502");
        const results = asked.has("502") ? [bo] : [];
        const isSaid = missing.length > 0 && how.startsWith("says");
        return isSaid ? { status: 207, body: { results, errors: [notFound(missing)] } } : { body: { results } };
      };
      expect(await findById("999")).toEqual([]);
      const [merged, survivor, gone] = await Promise.allSettled(["501", "502", "998"].map(findById));
      expect(merged).toMatchObject({ reason: { kind: "not_found", survivorId: "502" } });
      expect(survivor).toMatchObject({ value: [{ id: "502" }] });
      expect(gone).toMatchObject({ value: [] });
      expect(await Promise.allSettled(["501", "502"].map(findById))).toMatchObject([
        { reason: { kind: "not_found", survivorId: "502" } },
        { value: [{ id: "502" }] },
      ]);
    },
  );

  it.each([
    ["was merged away", { body: { id: "900" } }, { reason: { kind: "not_found", survivorId: "900" } }],
    ["is gone", problem(404, "OBJECT_NOT_FOUND", "Object not found"), { value: [] }],
    ["is there", { body: { id: "501" } }, { reason: { kind: "unavailable" } }],
    ["cannot be asked for", { status: 503, body: "<html></html>" }, { reason: { kind: "unavailable" } }],
  ])(
    "by id that an account which names whoever was deleted leaves out are asked for alone, and say that a record %s [B11]",
    async (_what, answer, expected) => {
      peer.script = ({ method, inputs }) => {
        if (method === "GET") return answer;
        const isDeleted = inputs.some(({ id }) => id === "999");
        const results = inputs.some(({ id }) => id === "502") ? [bo] : [];
        return isDeleted ? { status: 207, body: { results, errors: [notFound(["999"])] } } : { body: { results } };
      };
      expect(await findById("999")).toEqual([]);
      expect(await Promise.allSettled([findById("501")])).toMatchObject([expected]);
      expect(await Promise.allSettled(["501", "502"].map(findById))).toMatchObject([
        expected,
        { value: [{ id: "502" }] },
      ]);
    },
  );

  it("by id that are answered with several others' records are no look-ups [P4]", async () => {
    peer.script = () => ({ body: { results: [{ ...ana, id: "900" }, bo] } });
    await expect(findById("501")).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("take ids as numbers, and leave archived records out", async () => {
    peer.script = () => ({
      body: {
        results: [
          { ...ana, id: 501 },
          { ...bo, archived: true },
        ],
      },
    });
    expect((await Promise.all(["501", "502"].map(findById))).map(ids)).toEqual([["501"], []]);
  });

  it("are halved when the whole read is answered 404, or one value is refused", async () => {
    const read = ({ inputs }: Received) => ({
      body: { results: [ana, bo].filter(({ id }) => inputs.some((input) => input.id === id)) },
    });
    const withBad = (answer: Answer) => (request: Received) =>
      request.inputs.some(({ id }) => id === "999") ? answer : read(request);
    peer.script = withBad(problem(404, "OBJECT_NOT_FOUND", "Object not found"));
    expect((await Promise.all(["501", "999", "502"].map(findById))).map(ids)).toEqual([["501"], [], ["502"]]);
    peer.script = withBad(problem(400, "VALIDATION_ERROR", "999 is not a valid id"));
    const found = await Promise.allSettled(["501", "999", "502"].map(findById));
    expect(found.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("refuse an empty value", async () => {
    expect(await errorOf(findByEmail(connector, " "))).toMatchObject({ kind: "rejected", fields: ["email"] });
    expect(peer.calls).toHaveLength(0);
  });
});

describe("failed look-ups", () => {
  const outage = { category: "INTERNAL_ERROR", message: "internal error" };
  it.each([
    ["no list", { body: {} }],
    ["a list for an answer", { body: [] }],
    ["null", { body: null }],
    ["nothing", {}],
    ["a record without an id", { body: { results: [{ properties: {} }] } }],
    ["a record without properties", { body: { results: [{ id: "501" }] } }],
    ["an outage inside a 200", { body: { results: [], errors: [outage] } }],
    ["an outage inside a 207", { status: 207, body: { results: [ana], errors: [outage] } }],
    ["207 without errors", { status: 207, body: { results: [] } }],
    ["errors counted and not told", { body: { results: [], numErrors: 2 } }],
    ["a page", { status: 502, body: "<html></html>" }],
    ["a page with 200", { body: "<html>Maintenance</html>" }],
  ] as const)("are never empty: %s", async (_what, answer) => {
    peer.script = () => answer;
    const asked = ["ana@example.com", "bo@example.com"].map((email) => errorOf(findByEmail(connector, email)));
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ kind: "unavailable" });
  });

  it("do not quote whom we looked for", async () => {
    peer.script = () =>
      problem(400, "VALIDATION_ERROR", "silva@example.com and +44 7700 900123 are wrong: Silva Pereira");
    const error = await errorOf(findBy("nickname", "Silva Pereira"));
    expect(error.message).not.toMatch(/silva|7700|Pereira/i);
  });
});

describe("a property that identifies nobody", () => {
  const refused = problem(400, "VALIDATION_ERROR", "Property 'nickname' is a non-unique property");
  function account(pages: readonly Answer[]): void {
    let page = 0;
    peer.script = ({ path }) => {
      if (path.includes("/properties/")) return propertiesOf(["email"], ["nickname"]);
      return path.endsWith("/search") ? pages[page++] : refused;
    };
  }
  const hit = (id: string, nickname: string) => ({ id, properties: { nickname } });

  it("is searched for, on every page, each asker with its own", async () => {
    account([
      { body: { total: 2, results: [hit("501", "Bo")], paging: { next: { after: 100 } } } },
      { body: { total: 2, results: [hit("502", "bo"), hit("503", "ana")] } },
    ]);
    const found = await Promise.all(["BO", "Ana"].map((value) => findBy("nickname", value)));
    expect(found.map(ids)).toEqual([["501", "502"], ["503"]]);
    const [first, second] = peer.calls.filter(({ path }) => path.endsWith("/search"));
    expect(first?.body.filterGroups).toEqual([
      { filters: [{ propertyName: "nickname", operator: "IN", values: ["bo", "ana"] }] },
    ]);
    expect([first?.body.after, second?.body.after, first?.body.sorts]).toEqual(["0", "100", []]);
  });

  it("is searched for in bodies of 3,000 characters at most: 100 long values take several, and one fails alone", async () => {
    const values = Array.from({ length: 100 }, (_, index) => `${String(index).padStart(3, "0")}${"x".repeat(33)}`);
    let searches = 0;
    peer.script = ({ path, body }) => {
      if (path.includes("/properties/")) return propertiesOf(["email"], ["nickname"]);
      if (!path.endsWith("/search")) return refused;
      searches += 1;
      if (searches === 2) return { status: 503, body: "<html></html>" };
      return {
        body: { results: body.filterGroups[0].filters[0].values.map((one: string) => hit(one.slice(0, 3), one)) },
      };
    };
    await findBy("nickname", "first");
    searches = 0;
    peer.calls.length = 0;
    const found = await Promise.allSettled(values.map((value) => findBy("nickname", value)));
    const bodies = peer.calls.filter(({ path }) => path.endsWith("/search"));
    expect(Math.max(...bodies.map(({ text }) => text.length))).toBeLessThanOrEqual(3_000);
    expect(bodies.flatMap(({ body }) => body.filterGroups[0].filters[0].values)).toEqual(values);
    expect(bodies.length).toBe(2);
    const second = bodies[1]?.body.filterGroups[0].filters[0].values.length;
    expect(found.filter(({ status }) => status === "rejected")).toHaveLength(second);
    expect(found.flatMap((one) => (one.status === "fulfilled" ? ids(one.value) : []))).toEqual(
      values.slice(0, 100 - second).map((value) => value.slice(0, 3)),
    );
  });

  it.each([
    ["no list", { body: { total: 0 } }],
    ["a record that does not say by what it was found", { body: { results: [{ id: "501", properties: {} }] } }],
    ["a page", { status: 503, body: "<html></html>" }],
  ])("is not taken for unknown because of %s", async (_what, answer) => {
    account([answer]);
    expect(await errorOf(findBy("nickname", "bo"))).toMatchObject({ kind: "unavailable" });
  });

  it("is not searched for without end where a page leads to one that was read [P4]", async () => {
    let searches = 0;
    peer.script = ({ path }) => {
      if (path.includes("/properties/")) return propertiesOf(["email"], ["nickname"]);
      if (!path.endsWith("/search")) return refused;
      searches += 1;
      const paging = searches < 30 && { paging: { next: { after: String(100 * (1 + (searches % 2))) } } };
      return { body: { results: [hit("501", "Bo")], ...paging } };
    };
    const error = await errorOf(findBy("nickname", "bo"));
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringContaining("does not end") });
    expect(searches).toBe(3);
  });

  it("is not assumed where the app may not read properties: then the refusal stands", async () => {
    peer.script = ({ path }) => (path.includes("/properties/") ? problem(403, "MISSING_SCOPES", "scope") : refused);
    expect(await errorOf(findBy("nickname", "bo"))).toMatchObject({ kind: "misconfigured" });
  });
});
