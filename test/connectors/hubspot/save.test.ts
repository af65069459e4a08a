/** Writes: gathered into batches, each input with its own answer, which is never another's. */
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Connector } from "../../../connectors/connector.ts";
import {
  accept,
  connectTo,
  create,
  errorOf,
  type Input,
  type Item,
  idOf,
  KEY,
  numbers,
  OBJECTS,
  outcomes,
  type Peer,
  problem,
  propertiesOf,
  type Received,
  type Reply,
  startPeer,
  update,
  upsert,
} from "./peer.ts";

let peer: Peer;
let connector: Connector;
beforeEach(async () => {
  peer = await startPeer((request) => accept(request));
  connector = connectTo(peer).connector;
});
afterEach(() => peer.close());

/** Answers batches in this way, and says that our keys are unique. */
function account(answer: (request: Received) => Reply | undefined): void {
  peer.script = (request) =>
    request.path.includes("/properties/") ? propertiesOf([KEY, "bookingbug_booking_id"]) : answer(request);
}

const sizes = (): number[] => peer.calls.filter(({ inputs }) => inputs.length > 0).map(({ inputs }) => inputs.length);
const key = (input: Input): string => input.properties?.[KEY] ?? input.id ?? "";
const isBad = ({ inputs }: Received): boolean => inputs.some((input) => input.properties?.lastname === "bad");
const bad = (id: string) => upsert(id, { lastname: "bad" });
const some = (count: number, isWrong: (n: number) => boolean) =>
  numbers(count).map((id) => (isWrong(Number(id)) ? bad(id) : upsert(id)));
const ids = (count: number): string[] => numbers(count).map((id) => String(1_000 + Number(id)));

describe("an upsert", () => {
  it("sends values as strings, an empty one to clear, the key as id and as property, and no associations", async () => {
    const values = { lastname: "O'Brien 名前 👍", score: 4.5, active: false, phone: null };
    expect(await connector.save(upsert("a/b c?d#e", values))).toMatchObject({ created: true });
    expect([peer.calls[0]?.method, peer.calls[0]?.path]).toEqual(["POST", `${OBJECTS}/contacts/batch/upsert`]);
    const properties = { lastname: "O'Brien 名前 👍", score: "4.5", active: "false", phone: "", [KEY]: "a/b c?d#e" };
    expect(peer.calls[0]?.body).toEqual({
      inputs: [{ id: "a/b c?d#e", idProperty: KEY, objectWriteTraceId: "0", properties }],
    });
  });

  it("shares its call with others, up to 100, each with a trace id of its own", async () => {
    expect(
      await outcomes(
        connector,
        some(250, () => false),
      ),
    ).toEqual(ids(250));
    expect(Math.max(...sizes())).toBe(100);
    for (const { inputs } of peer.calls) {
      expect(new Set(inputs.map((input) => input.objectWriteTraceId)).size).toBe(inputs.length);
    }
  });

  it("never shares its call with another of the same key in any case; they go in the order they came", async () => {
    account((request) => accept(request, (item) => ({ ...item, id: "77" })));
    const names = ["first", "second", "third"];
    await Promise.all(names.map((lastname, index) => connector.save(upsert(index === 1 ? "ID" : "id", { lastname }))));
    expect(peer.calls.map(({ inputs }) => inputs.map(({ properties }) => properties?.lastname))).toEqual(
      names.map((name) => [name]),
    );
  });

  it("by e-mail is none: HubSpot takes no partial upserts by it, so it is a look and then an update or a create", async () => {
    const write = {
      object: "contacts",
      target: { by: "external_id", field: "email", value: "ana@example.com", expect: "unknown" },
      values: { lastname: "Silva" },
      links: [],
    } as const;
    account((request) =>
      request.path.endsWith("/read")
        ? { body: { results: [{ id: "501", properties: { email: "ana@example.com" } }] } }
        : accept(request),
    );
    expect(await connector.save(write)).toEqual({ id: "501", created: false });
    expect(peer.calls.map(({ path }) => path.replace(`${OBJECTS}/contacts/batch/`, ""))).toEqual(["read", "update"]);
  });
});

describe("a result", () => {
  const shapes: readonly [string, (item: Item, input: Input) => Item][] = [
    ["with trace id and key", (item) => item],
    ["with the trace id alone", ({ id, objectWriteTraceId }) => ({ id, objectWriteTraceId })],
    ["with the key alone", ({ objectWriteTraceId: _none, ...item }) => item],
    [
      "with its key in capitals",
      ({ objectWriteTraceId: _none, ...item }, input) => ({ ...item, properties: { [KEY]: key(input).toUpperCase() } }),
    ],
    ["with a number for its id", (item) => ({ ...item, id: Number(item.id) })],
    ["with a number for its trace id", (item) => ({ ...item, objectWriteTraceId: Number(item.objectWriteTraceId) })],
    [
      "with numbers among its properties",
      ({ objectWriteTraceId: _none, ...item }, input) => ({ ...item, properties: { [KEY]: key(input), n: 3 } }),
    ],
  ];
  it.each(shapes)("%s finds its input, in whatever order results come", async (_what, shape) => {
    account((request) => {
      const { body } = accept(request, shape) as { body: { results: Item[] } };
      return { body: { ...body, results: body.results.toReversed() } };
    });
    const writes = ["a1", "b2", "c3"].map((id) => upsert(id));
    expect(await outcomes(connector, writes)).toEqual(["1001", "1002", "1003"]);
    expect(sizes()).toEqual([3]);
  });

  it("that says neither trace id nor key is not taken by its place: inputs are sent again, one by one", async () => {
    account((request) => {
      const { body } = accept(request, ({ id }) => ({ id })) as { body: { results: Item[] } };
      return { body: { ...body, results: body.results.toReversed() } };
    });
    expect(
      await outcomes(
        connector,
        some(4, () => false),
      ),
    ).toEqual(ids(4));
    expect(sizes()).toEqual([4, 2, 1, 1, 2, 1, 1]);
  });

  it("that says nothing of whose it is, is no success of a create among others, which is not sent again", async () => {
    account((request) => accept(request, ({ id }) => ({ id })));
    expect(
      await outcomes(
        connector,
        ["1", "2"].map((id) => create(id)),
      ),
    ).toEqual(["unavailable", "unavailable"]);
    expect(sizes()).toEqual([2]);
  });

  it.each([
    [
      "the key of one on the trace id of another",
      (item: Item, input: Input) => ({ ...item, properties: { [KEY]: key(input) === "1" ? "2" : "1" } }),
    ],
    ["the key of nobody", (item: Item) => ({ ...item, objectWriteTraceId: undefined, properties: { [KEY]: "999" } })],
    ["a trace id that was not sent", (item: Item) => ({ ...item, objectWriteTraceId: "17" })],
    ["no id", (item: Item) => ({ ...item, id: undefined })],
  ])("with %s is nobody's, however often it is asked", async (_what, shape) => {
    account((request) => accept(request, (item, input) => (key(input) === "0" ? item : shape(item, input))));
    expect(
      await outcomes(
        connector,
        some(3, () => false),
      ),
    ).toEqual(["1000", "unavailable", "unavailable"]);
  });

  it("shared by two inputs is neither's: one record cannot be both", async () => {
    account((request) =>
      request.inputs.length > 1 ? accept(request, (item) => ({ ...item, id: "7" })) : accept(request),
    );
    expect(
      await outcomes(
        connector,
        some(3, () => false),
      ),
    ).toEqual(ids(3));
    expect(sizes()).toEqual([3, 2, 1, 1, 1]);
  });

  it("twice with different ids is not believed either time", async () => {
    account((request) => {
      const { body } = accept(request) as { body: { results: Item[] } };
      return request.inputs.length === 1
        ? { body }
        : { body: { results: [...body.results, { ...body.results[0], id: "9" }] } };
    });
    expect(
      await outcomes(
        connector,
        some(2, () => false),
      ),
    ).toEqual(ids(2));
  });

  it("that is missing from a 200 without errors is an outage for its input, and only for it [W4]", async () => {
    account((request) => accept(request, (item, input) => (key(input) === "1" ? undefined : item)));
    expect(
      await outcomes(
        connector,
        some(3, () => false),
      ),
    ).toEqual(["1000", "unavailable", "1002"]);
    expect(sizes()).toEqual([3]);
  });

  it.each([
    ["an empty list", { status: "COMPLETE", results: [] }],
    ["no list", { status: "COMPLETE" }],
    ["null for a list", { results: null }],
    ["errors counted and not told", { results: [], numErrors: 1 }],
    ["a list", []],
    ["nothing", undefined],
  ])("200 with %s is no success", async (_what, body) => {
    account(() => ({ body }));
    const writes = [upsert("1"), upsert("2"), update("501"), create("3")];
    expect(await outcomes(connector, writes)).toEqual(writes.map(() => "unavailable"));
  });

  it("says whether the record is new", async () => {
    account((request) => accept(request, (item, input) => ({ ...item, new: key(input) === "1" })));
    const made = await Promise.all(["1", "2"].map((id) => connector.save(upsert(id))));
    expect(made.map(({ created }) => created)).toEqual([true, false]);
  });
});

describe("an update by id", () => {
  it("names the record, and no property for an id", async () => {
    expect(await connector.save(update("501"))).toEqual({ id: "501", created: false });
    expect(peer.calls[0]?.path).toBe(`${OBJECTS}/contacts/batch/update`);
    expect(peer.calls[0]?.inputs).toEqual([{ id: "501", objectWriteTraceId: "0", properties: { lastname: "Silva" } }]);
  });

  it("answered under another id found a record that was merged away: it is gone, the others are written", async () => {
    account((request) => accept(request, (item, input) => (input.id === "502" ? { ...item, id: "900" } : item)));
    expect(
      await outcomes(
        connector,
        ["501", "502", "503"].map((id) => update(id)),
      ),
    ).toEqual(["501", "not_found", "503"]);
    account((request) => accept(request, () => ({ id: "900" })));
    expect(await outcomes(connector, [update("502")])).toEqual(["not_found"]);
  });

  it("that is left out of the answer without a word is looked for by its old id, and leads to the record that is left", async () => {
    account((request) => {
      if (request.method === "GET" && request.path.endsWith("/502")) return { body: { id: "900", properties: {} } };
      if (request.method === "GET") return problem(404, "OBJECT_NOT_FOUND", "Object not found.");
      return accept(request, (item, { id }) => (id === "501" ? item : undefined));
    });
    const [written, merged, gone] = await Promise.allSettled(
      ["501", "502", "503"].map((id) => connector.save(update(id))),
    );
    expect(written).toMatchObject({ status: "fulfilled" });
    expect(merged).toMatchObject({ reason: { kind: "not_found", survivorId: "900" } });
    expect(gone).toMatchObject({ reason: { kind: "not_found", survivorId: undefined } });
    expect(peer.calls).toHaveLength(3);
  });

  it("that is left out although HubSpot has it, or cannot say, is an outage; of many only some are asked for", async () => {
    account((request) =>
      request.method === "GET" ? { body: { id: request.path.split("/").at(-1) } } : { body: { results: [] } },
    );
    const many = Array.from({ length: 50 }, (_, index) => update(String(501 + index)));
    expect(new Set(await outcomes(connector, many))).toEqual(new Set(["unavailable"]));
    expect(peer.calls.filter(({ method }) => method === "GET")).toHaveLength(10);
    account((request) =>
      request.method === "GET" ? { status: 404, body: "<html></html>" } : { body: { results: [] } },
    );
    expect(await outcomes(connector, [update("501")])).toEqual(["unavailable"]);
  });

  it("whose trace id and id belong to two inputs is not believed", async () => {
    const other = (id: unknown) => (id === "501" ? "502" : "501");
    account((request) =>
      accept(request, (item) => (request.inputs.length > 1 ? { ...item, id: other(item.id) } : item)),
    );
    expect(
      await outcomes(
        connector,
        ["501", "502"].map((id) => update(id)),
      ),
    ).toEqual(["501", "502"]);
    expect(sizes()).toEqual([2, 1, 1]);
  });

  it("of a record that is gone fails alone, whether HubSpot fails the whole batch or one input of it", async () => {
    const gone = (id: string) => ({
      category: "OBJECT_NOT_FOUND",
      message: "Could not find object",
      context: { ids: [id] },
    });
    account((request) =>
      request.inputs.some(({ id }) => id === "502")
        ? problem(404, "OBJECT_NOT_FOUND", "Object not found")
        : accept(request),
    );
    const writes = ["501", "502", "503"].map((id) => update(id));
    expect(await outcomes(connector, writes)).toEqual(["501", "not_found", "503"]);
    account((request) => accept(request, (item, { id }) => (id === "502" ? undefined : item), [gone("502")]));
    expect(await outcomes(connector, writes)).toEqual(["501", "not_found", "503"]);
  });

  it.each([
    ["a page", "<html>404</html>"],
    ["no such path", { status: "error", message: "resource not found", correlationId: "c" }],
    ["nothing", undefined],
  ])("answered 404 by %s says nothing of the record", async (_what, body) => {
    account(() => ({ status: 404, body }));
    expect(await outcomes(connector, [update("501")])).toEqual(["misconfigured"]);
  });
});

describe("one bad input", () => {
  const refusal = {
    status: "error",
    category: "VALIDATION_ERROR",
    message:
      'Property values were not valid: [{"isValid":false,"message":"bad","error":"INVALID_EMAIL","name":"lastname"}]',
  };
  const without = (request: Received, errors: (inputs: readonly Input[]) => readonly unknown[]) => {
    const refused = request.inputs.filter((input) => input.properties?.lastname === "bad");
    return accept(request, (item, input) => (refused.includes(input) ? undefined : item), errors(refused));
  };
  const names: readonly [string, (inputs: readonly Input[]) => readonly unknown[], number[]][] = [
    [
      "by trace id",
      (inputs) =>
        inputs.map(({ objectWriteTraceId }) => ({ ...refusal, context: { objectWriteTraceId: [objectWriteTraceId] } })),
      [20],
    ],
    [
      "by a plain trace id",
      (inputs) => inputs.map(({ objectWriteTraceId }) => ({ ...refusal, objectWriteTraceId })),
      [20],
    ],
    [
      "by a trace id in its detail",
      (inputs) =>
        inputs.map((input) => ({
          ...refusal,
          errors: [{ message: "bad", context: { objectWriteTraceId: [input.objectWriteTraceId] } }],
        })),
      [20],
    ],
    ["by id", (inputs) => inputs.map(({ id }) => ({ ...refusal, context: { ids: [id] } })), [20]],
    [
      "together, by id",
      (inputs) => (inputs.length === 0 ? [] : [{ ...refusal, context: { ids: inputs.map(({ id }) => id) } }]),
      [20],
    ],
    ["not at all", (inputs) => inputs.map(() => refusal), [20, 1, 1]],
    [
      "by ids that are nobody's",
      (inputs) => inputs.map(() => ({ ...refusal, context: { ids: ["4711"] } })),
      [20, 1, 1],
    ],
  ];
  it.each(names)("fails alone in a 207 that names it %s", async (_what, errors, expected) => {
    account((request) => without(request, errors));
    const writes = some(20, (n) => n === 3 || n === 13);
    expect(await outcomes(connector, writes)).toEqual(ids(20).map((id, n) => (n === 3 || n === 13 ? "rejected" : id)));
    expect(sizes()).toEqual(expected);
  });

  it("is known without asking when it is the only one that has no result", async () => {
    account((request) => without(request, () => [refusal]));
    expect(
      await outcomes(
        connector,
        some(20, (n) => n === 13),
      ),
    ).toEqual(ids(20).map((id, n) => (n === 13 ? "rejected" : id)));
    expect(sizes()).toEqual([20]);
  });

  it("does not make another's error its own because its id is another record's", async () => {
    const error = { category: "CONFLICT", message: "Contact already exists. Existing ID: 1", context: { ids: ["1"] } };
    account((request) =>
      accept(request, (item, input) => (key(input) === "2" ? undefined : item), isTwo(request) ? [error] : []),
    );
    const isTwo = ({ inputs }: Received) => inputs.some((input) => key(input) === "2");
    expect(
      await outcomes(
        connector,
        some(3, () => false),
      ),
    ).toEqual(["1000", "1001", "duplicate"]);
  });

  it.each([
    [400, "VALIDATION_ERROR", "rejected"],
    [409, "CONFLICT", "duplicate"],
    [413, "", "rejected"],
  ])("that fails the whole batch with %i is found by halving it", async (status, category, kind) => {
    account((request) => (isBad(request) ? problem(status, category, "This is wrong") : accept(request)));
    expect(
      await outcomes(
        connector,
        some(20, (n) => n === 13),
      ),
    ).toEqual(ids(20).map((id, n) => (n === 13 ? kind : id)));
    expect(sizes().length).toBeLessThanOrEqual(11);
  });

  it("with a property that does not exist is known by it, without halving, even where all have it", async () => {
    const message =
      'Property values were not valid: [{"isValid":false,"message":"Property \\"nope\\" does not exist","error":"PROPERTY_DOESNT_EXIST","name":"nope"}]';
    const details = { errors: [{ message: "x", code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["nope"] } }] };
    account((request) =>
      request.inputs.some((input) => input.properties?.nope)
        ? problem(400, "VALIDATION_ERROR", message, details)
        : accept(request),
    );
    const writes = numbers(20).map((id) => upsert(id, Number(id) % 2 === 1 ? { nope: "x" } : {}));
    expect(await outcomes(connector, writes)).toEqual(ids(20).map((id, n) => (n % 2 === 1 ? "misconfigured" : id)));
    expect(sizes()).toEqual([20, 10]);
  });

  it.each([
    [
      "named",
      'Property values were not valid: [{"isValid":false,"message":"Owner 99 does not exist","error":"INVALID_OWNER_ID","name":"lastname"}]',
    ],
    ["not named", "The owner does not exist"],
  ])("whose value is of something that does not exist fails alone, its property %s [W1]", async (_how, message) => {
    account((request) => (isBad(request) ? problem(400, "VALIDATION_ERROR", message) : accept(request)));
    const writes = numbers(20).map((id) => (id === "13" ? bad(id) : upsert(id, { lastname: "Silva" })));
    expect(await outcomes(connector, writes)).toEqual(ids(20).map((id, n) => (n === 13 ? "rejected" : id)));
  });

  const blocked: Reply = { status: 403, body: "<html>Blocked</html>" };
  it.each([[[13]], [[0]], [[0, 7, 13]]])("that is forbidden fails alone, at the places %j [W1]", async (places) => {
    account((request) => (isBad(request) ? blocked : accept(request)));
    const writes = some(20, (n) => places.includes(n));
    expect(await outcomes(connector, writes)).toEqual(
      ids(20).map((id, n) => (places.includes(n) ? "unauthorised" : id)),
    );
  });

  it("is not searched for where everybody is forbidden: three calls tell, and for a while after it one", async () => {
    account(() => blocked);
    const all = () =>
      outcomes(
        connector,
        some(20, () => false),
      );
    expect(new Set(await all())).toEqual(new Set(["unauthorised"]));
    expect(sizes()).toEqual([20, 1, 1]);
    await all();
    expect(sizes()).toEqual([20, 1, 1, 20]);
  });

  it("is not searched for in an outage: all wait for the same, and so do those of an outage inside a 207", async () => {
    account(() => problem(503, "", "down"));
    expect(
      await outcomes(
        connector,
        some(5, () => false),
      ),
    ).toEqual(numbers(5).map(() => "unavailable"));
    expect(sizes()).toEqual([5]);
    const outage = { category: "INTERNAL_ERROR", message: "something went wrong" };
    account((request) => without(request, () => [outage]));
    expect(
      await outcomes(
        connector,
        some(5, (n) => n > 2),
      ),
    ).toEqual([...ids(3), "unavailable", "unavailable"]);
    expect(sizes()).toEqual([5, 5]);
  });

  it("holds no permit while it is searched for, so that a single one is enough", async () => {
    let free = 1;
    const waiting: (() => void)[] = [];
    const pacer = {
      observe: () => {},
      async acquire() {
        if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
        else free -= 1;
        return () => {
          const next = waiting.shift();
          if (next === undefined) free += 1;
          else next();
        };
      },
    };
    account((request) => (isBad(request) ? problem(400, "VALIDATION_ERROR", "wrong") : accept(request)));
    const { connector: paced } = connectTo(peer, { pacer });
    expect(
      await outcomes(
        paced,
        some(8, (n) => n === 5),
      ),
    ).toEqual(ids(8).map((id, n) => (n === 5 ? "rejected" : id)));
    expect(free).toBe(1);
  });
});

describe("a create", () => {
  const path = `${OBJECTS}/meetings/batch/`;
  const operations = () => peer.calls.map((call) => call.path.replace(path, ""));

  it("brings its associations along", async () => {
    await connector.save(create("9"));
    expect(peer.calls.map((call) => call.path)).toEqual([`${path}create`]);
    expect(peer.calls[0]?.body.inputs[0].associations).toEqual([
      { to: { id: "501" }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 200 }] },
    ]);
  });

  it("of what exists already becomes an upsert and an association", async () => {
    account((request) => {
      if (request.path.endsWith("/create")) return problem(409, "CONFLICT", "An object with the value already exists");
      if (request.path.includes("/associations/"))
        return { body: { results: request.inputs.map(({ from, to }) => ({ from, to })) } };
      return accept(request, (item) => ({ ...item, new: false }));
    });
    expect(await connector.save(create("9"))).toEqual({ id: "1009", created: false });
    expect(operations()).toEqual([
      "create",
      "upsert",
      "/crm/associations/2026-09/meetings/contacts/batch/associate/default",
    ]);
  });

  it("of which one input fails without a name is sent again only as far as nothing can have been created", async () => {
    const error = { category: "VALIDATION_ERROR", message: "wrong" };
    // Two inputs have no result, and one error speaks: the other may have been created and not been mentioned.
    account((request) => accept(request, (item, input) => (idOf(input) === "1001" ? item : undefined), [error]));
    expect(
      await outcomes(
        connector,
        ["1", "2", "3"].map((id) => create(id)),
      ),
    ).toEqual(["1001", "unavailable", "unavailable"]);
    expect(operations()).toEqual(["create"]);
  });

  it("is never repeated by itself", async () => {
    account(() => problem(500, "", "internal error"));
    expect(await outcomes(connector, [create("9")])).toEqual(["unavailable"]);
    expect(peer.calls).toHaveLength(1);
  });
});

describe("a key that HubSpot does not keep unique", () => {
  const refused = (property: string) =>
    problem(400, "VALIDATION_ERROR", `Unable to perform update/upsert by non-unique 0-47 property ${property}`);
  const meeting = (id: string, value: string) => ({ id, properties: { bookingbug_booking_id: value } });
  const unknown = (value: string) => ({
    ...create(value),
    target: { ...create(value).target, expect: "unknown" } as never,
  });

  const isReply = (value: readonly Item[] | Reply): value is Reply => !Array.isArray(value);
  const toContact = (found: readonly Item[]): Reply => ({
    body: { results: [{ from: { id: "501" }, to: found.map(({ id }) => ({ toObjectId: Number(id) })) }] },
  });
  const read = ({ body, inputs }: Received, found: readonly Item[]): Reply =>
    body.idProperty === undefined
      ? { body: { results: found.filter(({ id }) => inputs.some((input) => input.id === id)) } }
      : refused(body.idProperty);

  /** The contact's meetings, and those that the search knows. */
  function meetings(associated: readonly Item[] | Reply, searched: readonly Item[] | Reply): void {
    const answers: readonly [RegExp, (request: Received) => Reply][] = [
      [/\/properties\//, () => propertiesOf([], ["bookingbug_booking_id"])],
      [/\/upsert$/, () => refused("bookingbug_booking_id")],
      [/\/associations\/.*\/read$/, () => (isReply(associated) ? associated : toContact(associated))],
      [/\/associations\//, ({ inputs }) => ({ body: { results: inputs.map(({ from, to }) => ({ from, to })) } })],
      [/\/search$/, () => (isReply(searched) ? searched : { body: { total: searched.length, results: searched } })],
      [/\/read$/, (request) => read(request, isReply(associated) ? [] : associated)],
      [/./, (request) => accept(request)],
    ];
    peer.script = (request) => answers.find(([path]) => path.test(request.path))?.[1](request);
  }

  it("is looked for among the contact's meetings, then in the search, before anything is created", async () => {
    meetings([meeting("71", "8"), meeting("72", "9")], []);
    expect(await connector.save(unknown("9"))).toMatchObject({ id: "72", created: false });
    meetings([meeting("71", "8")], [meeting("73", "9")]);
    expect(await connector.save(unknown("9"))).toMatchObject({ id: "73", created: false });
    meetings([], []);
    expect(await connector.save(unknown("9"))).toMatchObject({ id: "1009", created: true });
  });

  it.each([
    ["associations that cannot be read", { body: { results: [{ from: {} }] } }, []],
    ["associations without a list", { body: {} }, []],
    [
      "associations that failed inside a 207",
      { status: 207, body: { results: [], errors: [{ category: "INTERNAL_ERROR", message: "x" }] } },
      [],
    ],
    ["a page for associations", { status: 502, body: "<html></html>" }, []],
    ["a search without a list", [], { body: { total: 0 } }],
    ["a search whose records do not say by what they were found", [], { body: { results: [{ id: "73" }] } }],
    ["a search that is down", [], { status: 503, body: {} }],
  ] as const)("is never created because of %s", async (_what, associated, searched) => {
    meetings(associated as never, searched as never);
    expect(await outcomes(connector, [unknown("9")])).toEqual(["unavailable"]);
    expect(peer.calls.filter((call) => call.path.endsWith("/create"))).toEqual([]);
  });

  it("takes the error that says a record has no associations for none", async () => {
    const none = {
      status: 207,
      body: {
        results: [],
        errors: [
          {
            category: "OBJECT_NOT_FOUND",
            subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
            message: "No meeting is associated with contact 501.",
          },
        ],
      },
    };
    meetings(none, []);
    expect(await connector.save(unknown("9"))).toMatchObject({ id: "1009", created: true });
  });

  it("reads every page of a contact's meetings", async () => {
    meetings([meeting("71", "8"), meeting("72", "9")], []);
    const script = peer.script;
    peer.script = (request) => {
      if (!(request.path.includes("/associations/") && request.path.endsWith("/read"))) return script(request);
      const isSecond = request.body.inputs[0].after === "71";
      const paging = isSecond ? undefined : { next: { after: "71" } };
      return { body: { results: [{ from: { id: "501" }, to: [{ toObjectId: isSecond ? 72 : 71 }], paging }] } };
    };
    expect(await connector.save(unknown("9"))).toMatchObject({ id: "72" });
  });

  it("is looked for from a minute after it was made anew, and is written by an hour after it was made unique", async () => {
    let isUnique = true;
    peer.script = (request) => {
      const { path } = request;
      const key = ["bookingbug_booking_id"];
      if (path.includes("/properties/")) return isUnique ? propertiesOf(key) : propertiesOf([], key);
      if (/\/(upsert|read)$/.test(path) && !isUnique) return refused("bookingbug_booking_id");
      if (/\/(search|read)$/.test(path)) return { body: { results: [] } };
      return isBad(request) ? problem(400, "VALIDATION_ERROR", "wrong") : accept(request);
    };
    const alone = { ...unknown("9"), links: [] };
    const upserts = () => peer.calls.filter(({ path }) => path.endsWith("/upsert")).length;
    const clock = jest.spyOn(Date, "now");
    const later = (minutes: number) =>
      clock.mockImplementation(() => performance.timeOrigin + performance.now() + minutes * 60_000);
    try {
      expect(await errorOf(connector.save({ ...alone, values: { lastname: "bad" } }))).toMatchObject({
        kind: "rejected",
      });
      isUnique = false;
      later(2);
      expect(await connector.save(alone)).toMatchObject({ created: true });
      isUnique = true;
      later(3);
      await connector.save(alone);
      expect(upserts()).toBe(2);
      later(65);
      await connector.save(alone);
      expect(upserts()).toBe(3);
    } finally {
      clock.mockRestore();
    }
  });

  it("is not looked for without end where a page of a contact's meetings leads to itself", async () => {
    meetings([], []);
    const script = peer.script;
    let pages = 0;
    peer.script = (request) => {
      if (!(request.path.includes("/associations/") && request.path.endsWith("/read"))) return script(request);
      pages += 1;
      const paging = pages < 30 ? { next: { after: "71" } } : undefined;
      return { body: { results: [{ from: { id: "501" }, to: [], paging }] } };
    };
    expect(await errorOf(connector.save(unknown("9")))).toMatchObject({ kind: "unavailable" });
    expect(pages).toBe(2);
  });

  it("is found out once", async () => {
    meetings([], []);
    await connector.save(unknown("9"));
    await connector.save(unknown("10"));
    expect(peer.calls.filter((call) => call.path.endsWith("/upsert"))).toHaveLength(1);
    expect(peer.calls.filter((call) => call.path.includes("/properties/"))).toHaveLength(1);
  });
});

describe("a duplicate", () => {
  it.each([
    ["Contact already exists. Existing ID: 123", "123"],
    [
      "Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=0-1, objectId=9, propertyName=bookingbug_id, value=7}. 4567 already has that value.",
      "4567",
    ],
    ["Some value is taken", undefined],
  ])("names the record in the way: %s", async (message, existingId) => {
    account(() => problem(409, "CONFLICT", message));
    expect(await errorOf(connector.save(upsert("7")))).toMatchObject({ kind: "duplicate", existingId });
  });

  it("names the record in the way beside its sentence, of an input or of the whole call", async () => {
    const context = { existingId: "123" };
    account(() => problem(409, "CONFLICT", "Contact already exists", { context }));
    const fields = ["email"];
    expect(await errorOf(connector.save(upsert("7")))).toMatchObject({ kind: "duplicate", existingId: "123", fields });
    const named = (id: string) => ({
      category: "CONFLICT",
      message: "taken",
      context: { ...context, objectWriteTraceId: id },
    });
    account((request) => accept(request, (item) => (item.objectWriteTraceId === "1" ? undefined : item), [named("1")]));
    const [one, other] = await Promise.allSettled(["7", "8"].map((id) => connector.save(upsert(id))));
    expect(one).toMatchObject({ status: "fulfilled" });
    expect(other).toMatchObject({ reason: { kind: "duplicate", existingId: "123" } });
  });
});
