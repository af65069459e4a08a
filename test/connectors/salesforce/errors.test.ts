/** Salesforce's ways of saying no, and what we make of each. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { accept, connectTo, errorOf, failedRow, fault, type Peer, startPeer, TOKEN_PATH, upsert } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

/** How a write ends when the org answers its call so. */
function afterCall(answer: ReturnType<Peer["script"]>): ReturnType<typeof errorOf> {
  peer.script = ({ path }) => (path === TOKEN_PATH ? undefined : answer);
  return errorOf(connectTo(peer).connector.save(upsert("7", { LastName: "Silva" })));
}

/** How it ends when its row is answered so. */
function afterRow(row: unknown): ReturnType<typeof errorOf> {
  peer.script = (request) => {
    if (request.path === TOKEN_PATH) return undefined;
    return request.method === "GET" ? { body: { done: true, records: [] } } : accept(request, () => row);
  };
  return errorOf(connectTo(peer).connector.save(upsert("7", { LastName: "Silva" })));
}

const CODES: readonly [string, string, string][] = [
  ["UNABLE_TO_LOCK_ROW", "", "conflict"],
  [
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "trigger: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access",
    "conflict",
  ],
  ["APEX_ERROR", "System.DmlException: UNABLE_TO_LOCK_ROW", "conflict"],
  ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger: no", "rejected"],
  ["SERVER_UNAVAILABLE", "", "unavailable"],
  ["INTERNAL_ERROR", "", "unavailable"],
  ["REQUEST_RUNNING_TOO_LONG", "Your request has been running for too long", "unavailable"],
  ["INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "try again after the release has completed", "maintenance"],
  ["RECORD_IN_USE_BY_WORKFLOW", "", "conflict"],
  ["TERRITORY_REALIGN_IN_PROGRESS", "", "conflict"],
  ["ALREADY_IN_PROCESS", "", "conflict"],
  ["ENTITY_IS_LOCKED", "", "conflict"],
  ["TOO_MANY_APEX_REQUESTS", "", "rate_limited"],
  ["REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "rate_limited"],
  ["STORAGE_LIMIT_EXCEEDED", "", "rate_limited"],
  ["API_DISABLED_FOR_ORG", "", "unauthorised"],
  ["API_CURRENTLY_DISABLED", "", "unauthorised"],
  ["INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", "unauthorised"],
  ["ORG_LOCKED", "", "unauthorised"],
  ["TXN_SECURITY_NO_ACCESS", "", "unauthorised"],
  ["INVALID_FIELD", "No such column", "misconfigured"],
  ["INVALID_FIELD_FOR_INSERT_UPDATE", "", "misconfigured"],
  ["INVALID_TYPE", "", "misconfigured"],
  ["NOT_FOUND", "Provided external ID field does not exist or is not accessible", "misconfigured"],
  ["INSUFFICIENT_ACCESS_OR_READONLY", "", "misconfigured"],
  ["INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "", "misconfigured"],
  ["REQUIRED_FIELD_MISSING", "", "rejected"],
  ["STRING_TOO_LONG", "", "rejected"],
  ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "", "rejected"],
  ["INVALID_EMAIL_ADDRESS", "", "rejected"],
  ["DUPLICATES_DETECTED", "Use one of these records?", "rejected"],
  ["FIELD_CUSTOM_VALIDATION_EXCEPTION", "", "rejected"],
  ["MULTIPLE_CHOICES", "", "rejected"],
  ["ENTITY_IS_DELETED", "", "rejected"],
  ["FIELD_INTEGRITY_EXCEPTION", "", "rejected"],
  ["DUPLICATE_EXTERNAL_ID", "", "rejected"],
  ["SOMETHING_NEW_IN_2037", "", "unknown"],
];

describe("the code", () => {
  it.each(CODES)("%s %s is %s, in a row and as a whole call's", async (code, message, kind) => {
    expect(await afterRow(failedRow(code, message))).toMatchObject({ kind, code, object: "Contact" });
    expect(await afterCall(fault(400, code, message))).toMatchObject({ kind, code, object: "Contact" });
  });
});

describe("a row with several errors", () => {
  const country = { statusCode: "FIELD_INTEGRITY_EXCEPTION", message: "no such country", fields: ["MailingCountry"] };
  const email = { statusCode: "INVALID_EMAIL_ADDRESS", message: "invalid email address: a@", fields: ["Email"] };
  const rule = { statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message: "Weekends are closed", fields: [] };
  const row = (...errors: readonly unknown[]) => ({ success: false, errors });

  it("says all of them and every field, of which each is refused for its value [W3]", async () => {
    expect(await afterRow(row(country, email))).toMatchObject({
      kind: "rejected",
      code: "FIELD_INTEGRITY_EXCEPTION",
      message: expect.stringMatching(/no such country.*INVALID_EMAIL_ADDRESS: invalid email address/),
      fields: ["MailingCountry", "Email"],
      refused: ["MailingCountry", "Email"],
    });
  });

  it("is refused for no field's value where one of them is about something else [W10]", async () => {
    for (const errors of [
      [country, rule],
      [rule, country],
    ]) {
      const error = await afterRow(row(...errors));
      expect(error).toMatchObject({ kind: "rejected", fields: ["MailingCountry"], refused: [] });
      expect(error.message).toContain("Weekends are closed");
    }
  });
});

describe("the status without a code", () => {
  it.each([
    [300, ["/services/data/v68.0/sobjects/Contact/003A"], "rejected", "MULTIPLE_CHOICES"],
    [400, "<html></html>", "rejected", "HTTP_400"],
    [403, "<html></html>", "misconfigured", "HTTP_403"],
    [404, "<html>URL No Longer Exists</html>", "misconfigured", "HTTP_404"],
    [408, "", "unavailable", "HTTP_408"],
    [420, "", "unavailable", "HTTP_420"],
    [429, "", "rate_limited", "HTTP_429"],
    [431, "", "rejected", "HTTP_431"],
    [500, "<html></html>", "unavailable", "HTTP_500"],
    [502, {}, "unavailable", "HTTP_502"],
    [503, "<html></html>", "unavailable", "HTTP_503"],
    [504, [], "unavailable", "HTTP_504"],
  ])("%i is told apart", async (status, body, kind, code) => {
    expect(await afterCall({ status, body })).toMatchObject({ kind, code, status });
  });
});

describe("a limit", () => {
  const minutes = (date: Date | undefined): number => ((date?.getTime() ?? 0) - Date.now()) / 60_000;

  it("of the day pauses for a quarter of an hour", async () => {
    for (const [code, message] of [
      ["REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."],
      ["STORAGE_LIMIT_EXCEEDED", "storage limit exceeded"],
    ] as const) {
      const error = await afterCall(fault(403, code, message));
      expect(error).toMatchObject({ kind: "rate_limited", scope: "daily", status: 403 });
      expect(Math.round(minutes(error.retryAt))).toBe(15);
    }
  });

  it("of concurrent requests pauses for seconds", async () => {
    const message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
    const error = await afterCall(fault(403, "REQUEST_LIMIT_EXCEEDED", message));
    expect(error).toMatchObject({ kind: "rate_limited", scope: "burst" });
    expect(minutes(error.retryAt)).toBeGreaterThan(0);
    expect(minutes(error.retryAt)).toBeLessThan(1);
  });

  it("that says when to come back is believed, in seconds and as a date", async () => {
    const seconds = await afterCall({ status: 429, headers: { "retry-after": "120" }, body: {} });
    expect(Math.round(minutes(seconds.retryAt))).toBe(2);
    const at = "Wed, 02 Jan 2036 03:04:05 GMT";
    const date = await afterCall({ status: 429, headers: { "retry-after": at }, body: {} });
    expect(date.retryAt).toEqual(new Date(at));
    const outage = await afterCall({ status: 503, headers: { "retry-after": at }, body: "<html></html>" });
    expect(outage).toMatchObject({ kind: "unavailable", retryAt: new Date(at) });
  });
});

describe("Salesforce's id of the request", () => {
  it.each(["x-sfdc-request-id", "x-request-id"])("is kept from %s, of a call and of a row", async (name) => {
    const headers = { [name]: "0ec7fe77d8aff85d3d837b2c2c6acb77" };
    const kept = { requestId: headers[name] };
    expect(await afterCall({ status: 500, headers, body: "<html></html>" })).toMatchObject(kept);
    expect(await afterCall({ headers, body: [failedRow("STRING_TOO_LONG")] })).toMatchObject(kept);
  });

  it("is left out when there is none, or none that looks like one", async () => {
    expect((await afterCall(fault(400, "JSON_PARSER_ERROR"))).requestId).toBeUndefined();
    const headers = { "x-request-id": "not an id; really" };
    expect((await afterCall(fault(400, "JSON_PARSER_ERROR", "", headers))).requestId).toBeUndefined();
  });
});

describe("messages", () => {
  it("hold no personal data: values sent, e-mails and telephone numbers are replaced", async () => {
    const said = "LastName: Silva, also ana@example.com and +44 7700 900123, on 0035g00000AbCdEQAV, external id 7";
    const row = await afterRow(failedRow("FIELD_CUSTOM_VALIDATION_EXCEPTION", said));
    const call = await afterCall(fault(400, "JSON_PARSER_ERROR", said));
    for (const { message } of [row, call]) {
      expect(message).toBe("LastName: ‹LastName›, also ‹e-mail› and ‹number›, on 0035g00000AbCdEQAV, external id 7");
    }
  });

  it("hold no personal data of a batch's other records either", async () => {
    peer.script = ({ path }) =>
      path === TOKEN_PATH ? undefined : fault(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred near Oliveira");
    const { connector } = connectTo(peer);
    const writes = ["Silva", "Oliveira"].map((LastName, index) => connector.save(upsert(String(index), { LastName })));
    for (const write of writes) expect((await errorOf(write)).message).not.toContain("Oliveira");
  });
});
