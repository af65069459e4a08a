/** The sandbox refuses what HubSpot refuses, in its words: a peer that takes everything proves nothing. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { ask } from "./request.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const OBJECTS = "/crm/objects/2026-09";
const write = (operation: string, inputs: readonly object[], type = "contacts") =>
  ask(sandbox, `POST ${OBJECTS}/${type}/batch/${operation}`, { inputs });
const contact = (properties: object, more: object = {}) => ({ properties, objectWriteTraceId: "0", ...more });
const many = (count: number, make: (n: number) => object) => Array.from({ length: count }, (_, n) => make(n));

describe("a refusal of HubSpot's", () => {
  it.each([
    ["an unknown property", "create", contact({ nope: "x" }), 400, "PROPERTY_DOESNT_EXIST"],
    ["a value that is no string", "create", contact({ lastname: 5 }), 400, "java.lang.String"],
    ["an unwritable property", "create", contact({ hs_object_id: "5" }), 400, "READ_ONLY_VALUE"],
    ["an e-mail that is none", "create", contact({ email: "ana" }), 400, "INVALID_EMAIL"],
    [
      "an upsert by a property that is not unique",
      "upsert",
      contact({}, { id: "x", idProperty: "lastname" }),
      400,
      "non-unique",
    ],
    ["an upsert by e-mail", "upsert", contact({}, { id: "a@b.cd", idProperty: "email" }), 400, "Partial upserts"],
    [
      "an upsert with associations",
      "upsert",
      contact({}, { id: "7", idProperty: "bookingbug_id", associations: [] }),
      400,
      "associations",
    ],
    ["an update of nobody", "update", contact({}, { id: "999" }), 404, "OBJECT_NOT_FOUND"],
    [
      "an association of a type that does not exist",
      "create",
      contact(
        {},
        {
          associations: [
            { to: { id: "1" }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 4711 }] },
          ],
        },
      ),
      400,
      "associations are not valid",
    ],
  ] as const)("meets %s", async (_what, operation, input, status, words) => {
    const said = await write(operation, [input]);
    expect([said.status, said.body.status]).toEqual([status, "error"]);
    expect(JSON.stringify(said.body)).toContain(words);
    expect(said.body).toMatchObject({ category: expect.any(String), correlationId: expect.any(String) });
  });

  it("meets an e-mail that another contact has, naming it", async () => {
    const id = sandbox.hubspot.seed("contacts", { email: "ana@example.com" });
    const said = await write("create", [contact({ email: "ANA@example.com" })]);
    expect(said).toMatchObject({
      status: 409,
      body: { category: "CONFLICT", message: `Contact already exists. Existing ID: ${id}` },
    });
  });

  it("meets more than a hundred inputs, and one record twice", async () => {
    expect(
      (
        await write(
          "create",
          many(101, () => contact({})),
        )
      ).status,
    ).toBe(400);
    const twice = many(2, () => contact({}, { id: "7", idProperty: "bookingbug_id" }));
    expect((await write("upsert", twice)).status).toBe(400);
    expect(sandbox.hubspot.stats.violations).toHaveLength(2);
  });

  it("meets a batch of nothing", async () => {
    const none = { status: 400, body: { category: "VALIDATION_ERROR" } };
    for (const operation of ["read", "create", "update", "upsert"])
      expect(await write(operation, [])).toMatchObject(none);
    const path = "POST /crm/associations/2026-09/meetings/contacts/batch";
    expect(await ask(sandbox, `${path}/read`, { inputs: [] })).toMatchObject(none);
    expect(await ask(sandbox, `${path}/associate/default`, {})).toMatchObject(none);
  });

  it("meets a body that is not sent as JSON", async () => {
    const headers = { authorization: "Bearer token", "content-type": "text/plain" };
    const body = JSON.stringify({ inputs: [{ id: "1" }], properties: [] });
    const response = await fetch(`${sandbox.url}${OBJECTS}/contacts/batch/read`, { method: "POST", headers, body });
    expect([response.status, await response.json()]).toEqual([415, expect.objectContaining({ status: "error" })]);
  });

  it("meets a meeting without a time", async () => {
    expect(await write("create", [contact({ hs_meeting_title: "x" })], "meetings")).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("hs_timestamp") },
    });
  });

  it("meets a missing token, a path that does not exist, and JSON that is none", async () => {
    expect((await ask(sandbox, `GET ${OBJECTS}/contacts`, undefined, "")).body.category).toBe("INVALID_AUTHENTICATION");
    const path = await ask(sandbox, "GET /crm/nothing/here");
    expect([path.status, path.body.category]).toEqual([404, undefined]);
    expect((await ask(sandbox, `POST ${OBJECTS}/contacts/batch/read`, "{")).status).toBe(400);
  });
});

describe("a property", () => {
  const PROPERTIES = "/crm/properties/2026-09/meetings";
  const option = { label: "Yes", value: "yes", hidden: false, displayOrder: 0 };
  const color = {
    name: "color",
    label: "Color",
    type: "enumeration",
    fieldType: "select",
    groupName: "meetinginformation",
  };
  const make = (property: object) => ask(sandbox, `POST ${PROPERTIES}`, property);

  it.each([
    ["a fieldType that there is not", { ...color, fieldType: "dropdown", options: [option] }, "fieldType"],
    ["a fieldType of another type", { ...color, fieldType: "text", options: [option] }, "fieldType"],
    ["an option without a label", { ...color, options: [{ ...option, label: undefined }] }, "label"],
    ["an option that is neither hidden nor not", { ...color, options: [{ ...option, hidden: undefined }] }, "hidden"],
    ["an option without its place", { ...color, options: [{ ...option, displayOrder: undefined }] }, "displayOrder"],
    ["two options of one value", { ...color, options: [option, option] }, "unique"],
  ])("is not made with %s", async (_what, property, words) => {
    expect(await make(property)).toMatchObject({ status: 400, body: { message: expect.stringContaining(words) } });
  });

  it("is listed as it was made", async () => {
    const made = await make({ ...color, description: "Of the room", options: [option] });
    expect(made).toMatchObject({ status: 201, body: { ...color, description: "Of the room", options: [option] } });
    const { body } = await ask(sandbox, `GET ${PROPERTIES}`);
    expect(body.results.find(({ name }: { name: string }) => name === "color")).toEqual(made.body);
  });

  it("of a day takes days, and no time of day", async () => {
    await make({ ...color, name: "due", type: "date", fieldType: "date" });
    const saying = (due: string) =>
      write("create", [contact({ hs_timestamp: "2036-03-10T11:30:00Z", due })], "meetings").then(
        ({ status }) => status,
      );
    expect(await saying("2036-03-10")).toBe(201);
    expect(await saying("2036-03-10T00:00:00Z")).toBe(201);
    expect(await saying("2036-03-10T11:30:00Z")).toBe(400);
  });
});

describe("a batch with a bad input", () => {
  it("is answered with 207 where each create has a trace id of its own, and fails whole where not", async () => {
    const inputs = [contact({ lastname: "Ek" }), contact({ nope: "x" }, { objectWriteTraceId: "1" })];
    const said = await write("create", inputs);
    expect(said).toMatchObject({
      status: 207,
      body: { numErrors: 1, errors: [{ context: { objectWriteTraceId: ["1"] } }] },
    });
    expect(said.body.results).toMatchObject([{ objectWriteTraceId: "0", properties: { lastname: "Ek" } }]);
    expect((await write("create", [contact({ lastname: "Ek" }), contact({ nope: "x" })])).status).toBe(400);
    expect(sandbox.hubspot.records("contacts")).toHaveLength(1);
  });
});

describe("a call of one record", () => {
  const one = (call: string, body?: object) => {
    const [method, path] = call.split(" ");
    return ask(sandbox, `${method} ${OBJECTS}/${path}`, body);
  };

  it("creates it with its association, reads and changes it by a unique property, and says when there is none", async () => {
    expect(await one("GET contacts/a@b.cd?idProperty=email")).toMatchObject({ status: 404 });
    const made = await one("POST contacts", { properties: { email: "a@b.cd" } });
    expect(made).toMatchObject({ status: 201, body: { properties: { email: "a@b.cd" } } });
    expect(await one("GET contacts/a@b.cd?idProperty=email")).toMatchObject({
      status: 200,
      body: { id: made.body.id },
    });
    expect(await one("POST contacts", { properties: { email: "a@b.cd" } })).toMatchObject({ status: 409 });
    const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 200 }];
    const properties = { bookingbug_booking_id: "7", hs_timestamp: "2036-01-01T12:00:00Z" };
    const associations = [{ to: { id: made.body.id }, types }];
    expect(await one("POST meetings", { properties, associations })).toMatchObject({ status: 201 });
    const moved = { properties: { hs_timestamp: "2036-01-02T12:00:00Z" } };
    expect(await one("PATCH meetings/7?idProperty=bookingbug_booking_id", moved)).toMatchObject({ status: 200 });
    expect(await one("PATCH meetings/8?idProperty=bookingbug_booking_id", moved)).toMatchObject({ status: 404 });
    expect(sandbox.hubspot.records("meetings")).toMatchObject([
      { values: { bookingbug_booking_id: "7", ...moved.properties }, links: [made.body.id] },
    ]);
  });

  it("is refused by a property that is not unique, and with one that it does not know", async () => {
    expect(await one("GET contacts/Ek?idProperty=lastname")).toMatchObject({ status: 400 });
    expect(await one("POST contacts", { properties: { nope: "x" } })).toMatchObject({ status: 400 });
    expect(await one("POST contacts", {})).toMatchObject({ status: 400 });
    expect(sandbox.hubspot.records("contacts")).toEqual([]);
  });
});

describe("limits", () => {
  it("are told with every answer but a search's, and end in an envelope of their own", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ hubspot: { tenSecondLimit: 3 } });
    const list = await ask(sandbox, `GET ${OBJECTS}/contacts?limit=1`);
    expect(list.headers.get("x-hubspot-ratelimit-remaining")).toBe("2");
    const filterGroups = [{ filters: [{ propertyName: "email", operator: "IN", values: ["a@b.cd"] }] }];
    const search = await ask(sandbox, `POST ${OBJECTS}/contacts/search`, { filterGroups, properties: [], limit: 10 });
    expect([search.status, search.headers.get("x-hubspot-ratelimit-remaining")]).toEqual([200, null]);
    await ask(sandbox, `GET ${OBJECTS}/contacts?limit=1`);
    const limited = await ask(sandbox, `GET ${OBJECTS}/contacts?limit=1`);
    expect(limited).toMatchObject({
      status: 429,
      body: { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" },
    });
    expect(limited.body).not.toHaveProperty("category");
  });

  it("of associations are 2,000 in a write and 1,000 in a read", async () => {
    const path = "POST /crm/associations/2026-09/meetings/contacts/batch";
    const pairs = many(2_001, () => ({ from: { id: "1" }, to: { id: "2" } }));
    expect((await ask(sandbox, `${path}/associate/default`, { inputs: pairs })).status).toBe(400);
    expect((await ask(sandbox, `${path}/read`, { inputs: many(1_001, () => ({ id: "1" })) })).status).toBe(400);
  });
});

describe("what people did", () => {
  it("is in a value's history, under their name, and of what they archived in a list of its own", async () => {
    const id = sandbox.hubspot.seed("contacts", { lastname: "Silva" });
    const at = new Date("2036-03-10T11:30:00.000Z");
    sandbox.hubspot.edit("contacts", id, { lastname: "Ek" }, { at, by: "7002" });
    const body = { properties: [], propertiesWithHistory: ["lastname"], inputs: [{ id }] };
    const read = await ask(sandbox, `POST ${OBJECTS}/contacts/batch/read`, body);
    expect(read.body.results[0].propertiesWithHistory.lastname).toMatchObject([
      { value: "Ek", timestamp: at.toISOString(), sourceType: "CRM_UI", updatedByUserId: 7002 },
      { value: "Silva", sourceType: "CRM_UI", updatedByUserId: 7001 },
    ]);
    sandbox.hubspot.remove("contacts", id, { at });
    const list = await ask(sandbox, `GET ${OBJECTS}/contacts?archived=true`);
    expect(list.body.results).toMatchObject([{ id, archived: true, archivedAt: at.toISOString() }]);
  });

  it("is read with history of 50 records a call at the most", async () => {
    const body = { properties: [], propertiesWithHistory: ["lastname"], inputs: many(51, (n) => ({ id: `${n}` })) };
    expect((await ask(sandbox, `POST ${OBJECTS}/contacts/batch/read`, body)).status).toBe(400);
  });
});
