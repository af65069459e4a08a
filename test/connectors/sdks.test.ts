/**
 * What the SDKs' own typed methods lose of what CRMs say, or change of what they are given. A test that fails here says that
 * a newer SDK keeps it: then decision 18, by which we read the answers ourselves, is to be looked at anew.
 */

import {
  BatchApi,
  createConfiguration,
  ServerConfiguration,
} from "@hubspot/api-client/lib/codegen/crm/objects/index.js";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Connection } from "@jsforce/jsforce-node";
import { type Answer, type PlainRequest, type ScriptedServer, startScripted } from "./scripted-peer.ts";

let peer: ScriptedServer;
let answer: Answer;
let received: PlainRequest[];

beforeEach(async () => {
  received = [];
  peer = await startScripted((request) => {
    received.push(request);
    return answer;
  }, "");
});
afterEach(() => peer.close());

describe("HubSpot's typed methods", () => {
  const upsert = () => {
    const baseServer = new ServerConfiguration(peer.url, {});
    const inputs = [{ id: "1", idProperty: "key", properties: { lastname: "Silva" } }];
    return new BatchApi(createConfiguration({ baseServer })).upsert("contacts", { inputs });
  };
  const fault = { message: "no", category: "CONFLICT", correlationId: "c-1", objectWriteTraceId: "0" };

  it("take an answer of 200 with errors for one without", async () => {
    answer = { body: { results: [], numErrors: 1, errors: [fault] } };
    expect(JSON.parse(JSON.stringify(await upsert()))).toEqual({ results: [] });
  });

  it("lose which input a fault is of, and the request's id", async () => {
    answer = { status: 207, body: { results: [], errors: [fault] } };
    const { errors } = JSON.parse(JSON.stringify(await upsert()));
    expect(errors).toEqual([{ message: "no", category: "CONFLICT" }]);
  });

  it("cannot read a fault that names a record outside a list", async () => {
    answer = { status: 207, body: { results: [], errors: [{ ...fault, context: { existingId: 123 } }] } };
    await expect(upsert()).rejects.toThrow(TypeError);
  });

  it("lose the status of an answer without a body", async () => {
    answer = { status: 503 };
    await expect(upsert()).rejects.not.toHaveProperty("code");
  });

  it("put all that HubSpot said into the error's message", async () => {
    answer = { status: 400, body: { ...fault, message: "ana@example.com is not valid" } };
    await expect(upsert()).rejects.toThrow("ana@example.com");
  });

  it("know no dated version", async () => {
    answer = { body: { results: [] } };
    await upsert();
    expect(received.map(({ url }) => url.pathname)).toEqual(["/crm/v3/objects/contacts/batch/upsert"]);
  });
});

describe("jsforce's typed methods", () => {
  const connection = () => new Connection({ instanceUrl: peer.url, accessToken: "x", logLevel: "FATAL" });
  const sentRecords = () => received.map(({ text }) => JSON.parse(text).records);

  it("take a field that is written `type` for the name of the object", async () => {
    answer = { body: [{ id: "001", success: true, errors: [] }] };
    await connection().upsert("Account", [{ type: "Customer", Key__c: "1" }], "Key__c");
    expect(sentRecords()).toEqual([[{ attributes: { type: "Customer" }, Key__c: "1" }]]);
  });

  it("take a list of records that does not say whether it is whole for a whole one", async () => {
    answer = { body: { records: [{ Id: "001" }] } };
    expect(await connection().query("SELECT Id FROM Account")).toMatchObject({ done: true });
  });

  it("ask for further pages of a `queryAll` as for those of a `query`", async () => {
    answer = { body: { done: true, records: [] } };
    await connection().queryMore("/services/data/v67.0/queryAll/01g-2000");
    expect(received.map(({ url }) => url.pathname.replace(/v\d+\.0/, "vNN"))).toEqual([
      "/services/data/vNN/query/01g-2000",
    ]);
  });
});
