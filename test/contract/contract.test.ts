/** What watches over each exchange with HubSpot's sandbox finds what it looks for: a watch that finds nothing proves nothing. */
import { describe, expect, it } from "@jest/globals";
import type { SandboxAnswer, SandboxRequest } from "../../sandbox/crm.ts";
import { breaches } from "./breaches.ts";

const OBJECTS = "/crm/objects/2026-09/contacts";
const READ = { properties: [], propertiesWithHistory: [], inputs: [{ id: "1" }] };
const NOW = "2036-03-10T11:30:00.000Z";
const RECORD = { id: "1", properties: { email: null }, createdAt: NOW, updatedAt: NOW };
const UNSOURCED = { propertiesWithHistory: { email: [{ value: "", timestamp: NOW }] } };
const BATCH = { status: "COMPLETE", startedAt: NOW, completedAt: NOW, results: [RECORD] };
const REFUSAL = { status: "error", message: "No", correlationId: crypto.randomUUID(), category: "VALIDATION_ERROR" };

function request(call: string, body?: unknown, more: Partial<SandboxRequest> = {}): SandboxRequest {
  const [method = "", target = ""] = call.split(" ");
  const { pathname: path, searchParams: query } = new URL(target, "http://sandbox");
  const headers = {
    authorization: "Bearer token",
    "content-type": "application/json",
    "user-agent": "hubspot-api-client-nodejs; 14.0.0",
  };
  return { method, path, query, headers, body: body === undefined ? "" : JSON.stringify(body), ...more };
}

const read = (body: unknown) => request(`POST ${OBJECTS}/batch/read`, body);
const found = (one: SandboxRequest, answer?: SandboxAnswer) => breaches([{ crm: "hubspot", request: one, answer }]);

describe("a request", () => {
  it("that keeps to the contract passes, on dated paths and on legacy ones", () => {
    expect(found(read(READ))).toEqual([]);
    expect(found(request("POST /crm/v3/objects/contacts/batch/read", READ))).toEqual([]);
    expect(found(request(`GET ${OBJECTS}?limit=1`))).toEqual([]);
  });

  it.each([
    ["of a kind that the contract lacks", request("POST /crm/lists/2026-09", {})],
    ["to a call that the contract lacks", request(`POST ${OBJECTS}/batch/merge`, READ)],
    ["with a key that the contract lacks", read({ ...READ, archived: false })],
    ["without one that it requires", read({ ...READ, propertiesWithHistory: undefined })],
    ["of nothing", read({ ...READ, inputs: [] })],
    [
      "of 51 histories",
      read({
        ...READ,
        propertiesWithHistory: ["email"],
        inputs: Array.from({ length: 51 }, (_, n) => ({ id: `${n}` })),
      }),
    ],
    ["with a parameter that the call lacks", request(`GET ${OBJECTS}?count=1`)],
    ["that gets with a body", request(`GET ${OBJECTS}`, {})],
    ["without a token", { ...read(READ), headers: { ...read(READ).headers, authorization: "" } }],
    ["as plain text", { ...read(READ), headers: { ...read(READ).headers, "content-type": "text/plain" } }],
    [
      "for a property whose type has no such fieldType",
      request("POST /crm/properties/2026-09/meetings", {
        ...{ name: "x", label: "X", type: "number", fieldType: "text", groupName: "bookingbug" },
      }),
    ],
  ])("%s is a breach", (_what, one) => {
    expect(found(one)).toHaveLength(1);
  });

  it("that a test makes by hand may be what HubSpot refuses", () => {
    expect(found({ ...read({}), headers: { "user-agent": "node" } })).toEqual([]);
  });
});

describe("an answer", () => {
  it("that keeps to the contract passes", () => {
    expect(found(read(READ), { status: 200, body: BATCH })).toEqual([]);
    expect(found(read(READ), { status: 400, body: REFUSAL })).toEqual([]);
  });

  it.each([
    ["without the times of the batch", 200, { ...BATCH, startedAt: undefined }],
    ["whose records lack their times", 200, { ...BATCH, results: [{ ...RECORD, updatedAt: undefined }] }],
    ["with a key that the contract lacks", 200, { ...BATCH, results: [{ ...RECORD, owner: "1" }] }],
    ["with a history that names no source", 200, { ...BATCH, results: [{ ...RECORD, ...UNSOURCED }] }],
    ["of a status that the call lacks", 201, BATCH],
    ["whose error has no details", 207, { ...BATCH, errors: [{ ...REFUSAL, context: {}, links: {} }] }],
    ["of a refusal whose correlation id is no UUID", 400, { ...REFUSAL, correlationId: "1" }],
    ["of a refusal without a category", 400, { ...REFUSAL, category: undefined }],
  ])("%s is a breach", (_what, status, body) => {
    expect(found(read(READ), { status, body })).toHaveLength(1);
  });
});
