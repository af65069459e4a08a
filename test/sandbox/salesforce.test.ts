/** The sandbox refuses what Salesforce refuses, in its words: a peer that takes everything proves nothing. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { ask } from "./request.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const API = "/services/data/v68.0";
const TOKEN = "trial-token";
const upsert = (records: readonly object[], path = "Contact/BB_Id__c") =>
  ask(sandbox, `PATCH ${API}/composite/sobjects/${path}`, { allOrNone: false, records }, TOKEN);
const row = (values: object, type = "Contact") => ({
  attributes: { type },
  LastName: "Silva",
  BB_Id__c: "7",
  ...values,
});
const event = (values: object) => ({
  attributes: { type: "Event" },
  BB_Booking_Id__c: "9",
  StartDateTime: "2036-03-10T11:30:00Z",
  EndDateTime: "2036-03-10T12:00:00Z",
  ...values,
});

describe("a refused call", () => {
  it("is an array that says `errorCode`", async () => {
    expect(await ask(sandbox, `GET ${API}/nothing`, undefined, TOKEN)).toMatchObject({
      status: 404,
      body: [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }],
    });
    expect(await ask(sandbox, `GET ${API}/limits`, undefined, "old")).toMatchObject({
      status: 401,
      body: [{ errorCode: "INVALID_SESSION_ID" }],
    });
  });

  it.each([
    ["a record without attributes.type", [{ LastName: "Silva", BB_Id__c: "7" }], undefined, "JSON_PARSER_ERROR"],
    [
      "a reference without attributes.type",
      [event({ Who: { BB_Id__c: "7" } })],
      "Event/BB_Booking_Id__c",
      "JSON_PARSER_ERROR",
    ],
    ["no records", [], undefined, "INVALID_INPUT"],
    [
      "more than 200 records",
      Array.from({ length: 201 }, (_, n) => row({ BB_Id__c: String(n) })),
      undefined,
      "EXCEEDED_ID_LIMIT",
    ],
    ["an external id field that there is not", [row({})], "Contact/Nope__c", "NOT_FOUND"],
    ["an external id field that is none", [row({})], "Contact/LastName", "NOT_FOUND"],
  ] as const)("meets %s", async (_what, records, path, code) => {
    const said = await upsert(records, path);
    expect(said.status).toBeGreaterThanOrEqual(400);
    expect(said.body).toEqual([expect.objectContaining({ errorCode: code })]);
  });

  it("at the token endpoint says `error` and `error_description`", async () => {
    const body = "grant_type=client_credentials&client_id=id&client_secret=wrong";
    const response = await fetch(`${sandbox.url}/services/oauth2/token`, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "invalid_client", error_description: expect.any(String) },
    ]);
  });
});

describe("a refused row", () => {
  it.each([
    ["an unknown column", row({ Nope__c: 1 }), "INVALID_FIELD"],
    ["a field that cannot be written", row({ Name: "x" }), "INVALID_FIELD_FOR_INSERT_UPDATE"],
    ["a missing field", { ...row({}), LastName: null }, "REQUIRED_FIELD_MISSING"],
    ["a number for a text", row({ FirstName: 5 }), "JSON_PARSER_ERROR"],
    ["a text that is too long", row({ FirstName: "x".repeat(41) }), "STRING_TOO_LONG"],
    ["an address that is none", row({ Email: "ana" }), "INVALID_EMAIL_ADDRESS"],
    ["an id that is none", row({ AccountId: "x" }), "MALFORMED_ID"],
    ["an id of nobody", row({ AccountId: "001000000000001AAA" }), "INVALID_CROSS_REFERENCE_KEY"],
  ])("says `statusCode`, in a 200: %s", async (_what, record, code) => {
    const said = await upsert([record]);
    expect(said).toMatchObject({ status: 200, body: [{ success: false, errors: [{ statusCode: code }] }] });
  });

  it("is each that names the same external id as another", async () => {
    const { body } = await upsert([row({}), row({}), row({ BB_Id__c: "8" })]);
    const twice = [{ statusCode: "DUPLICATE_VALUE", message: "Duplicate external id specified: 7" }];
    expect(body).toMatchObject([{ errors: twice }, { errors: twice }, { success: true }]);
  });

  it("is an event of more than fourteen days, or whose start is no text", async () => {
    const path = "Event/BB_Booking_Id__c";
    const of = (days: string) => upsert([event({ EndDateTime: `2036-03-${days}T11:30:00Z` })], path);
    expect((await of("24")).body).toMatchObject([{ success: true }]);
    expect((await of("25")).body).toMatchObject([
      { success: false, errors: [{ statusCode: "FIELD_INTEGRITY_EXCEPTION", fields: ["EndDateTime"] }] },
    ]);
    expect((await upsert([event({ StartDateTime: 5 })], path)).body).toMatchObject([
      { success: false, errors: [{ statusCode: "JSON_PARSER_ERROR" }] },
    ]);
  });

  it("is an event whose end and duration disagree, or that ends before it starts", async () => {
    const path = "Event/BB_Booking_Id__c";
    for (const values of [{ DurationInMinutes: 45 }, { EndDateTime: "2036-03-10T11:00:00Z" }]) {
      expect((await upsert([event(values)], path)).body).toMatchObject([
        { success: false, errors: [{ statusCode: "FIELD_INTEGRITY_EXCEPTION" }] },
      ]);
    }
  });
});

describe("a reference by external id", () => {
  const who = { attributes: { type: "Contact" }, BB_Id__c: "7" };

  it("finds its record, and refuses its row where there is none, or where the id is given too", async () => {
    const path = "Event/BB_Booking_Id__c";
    expect((await upsert([event({ Who: who })], path)).body).toMatchObject([{ success: false }]);
    const [{ id }] = (await upsert([row({})])).body;
    expect((await upsert([event({ Who: who, WhoId: id })], path)).body).toMatchObject([{ success: false }]);
    expect((await upsert([event({ Who: who })], path)).body).toMatchObject([{ success: true, created: true }]);
    expect(sandbox.salesforce.records("Event")[0]?.values.WhoId).toBe(id);
  });
});

describe("a duplicate rule", () => {
  const RULE = { "sforce-duplicate-rule-header": "includeRecordDetails=false; allowSave=true" };
  const create = async (action: "alert" | "block", headers = {}) => {
    await sandbox.close();
    sandbox = await startSandbox({ salesforce: { duplicateRule: { action, by: "LastName" } } });
    sandbox.salesforce.seed("Contact", { LastName: "Silva" });
    return await ask(sandbox, `POST ${API}/sobjects/Contact`, { LastName: "Silva" }, TOKEN, headers);
  };

  it("names its matches in Salesforce's own spelling where one record is written", async () => {
    const { status, body } = await create("alert");
    const matchRecords = [{ record: { Id: expect.stringMatching(/^003/) } }];
    const duplicateResut = { allowSave: true, matchResults: [{ entityType: "Contact", matchRecords }] };
    expect({ status, body }).toMatchObject({
      status: 400,
      body: [{ errorCode: "DUPLICATES_DETECTED", duplicateResut }],
    });
  });

  it("is passed by its header when it alerts, and by none when it blocks", async () => {
    expect((await create("alert", RULE)).status).toBe(201);
    expect((await create("block", RULE)).body).toMatchObject([{ errorCode: "DUPLICATES_DETECTED" }]);
  });
});

describe("limits", () => {
  it("are told with every answer, and end in a 403", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ salesforce: { dailyLimit: 1 } });
    const first = await ask(sandbox, `GET ${API}/limits`, undefined, TOKEN);
    expect(first.headers.get("sforce-limit-info")).toBe("api-usage=1/1");
    expect(await ask(sandbox, `GET ${API}/limits`, undefined, TOKEN)).toMatchObject({
      status: 403,
      body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }],
    });
  });
});
