/** What HubSpot says went wrong, told apart by what heals it. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Answer, accept, connectTo, errorOf, type Peer, problem, startPeer, update, upsert } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

function answered(answer: Answer, values = {}) {
  peer.script = ({ path }) => (path.includes("/properties/") ? problem(403, "MISSING_SCOPES", "scope") : answer);
  return errorOf(connectTo(peer).connector.save(upsert("7", values)));
}
const seconds = (date: Date | undefined): number => Math.round(((date?.getTime() ?? 0) - Date.now()) / 1000);

describe("a limit", () => {
  const limited = (policyName: string | undefined, message: string, headers = {}): Answer => ({
    status: 429,
    headers,
    body: { status: "error", message, errorType: "RATE_LIMIT", correlationId: "c", policyName, requestId: "r" },
  });
  const ten = "You have reached your ten_secondly_rolling limit.";
  const one = "You have reached your secondly limit.";
  const day = "You have reached your daily limit.";
  it.each([
    ["of ten seconds", limited("TEN_SECONDLY_ROLLING", ten), "burst", 10],
    ["of ten seconds, in HubSpot's shorter words", limited("TEN_SECONDLY_ROLLING", one), "burst", 10],
    ["of a second", limited("SECONDLY", one), "burst", 1],
    ["of a second, without a policy", limited(undefined, one), "burst", 1],
    [
      "with an interval",
      limited("TEN_SECONDLY_ROLLING", ten, { "x-hubspot-ratelimit-interval-milliseconds": "5000" }),
      "burst",
      5,
    ],
    ["of the day", limited("DAILY", day), "daily", 900],
    ["of the day, without a policy", limited(undefined, day), "daily", 900],
    ["of a second that says when", limited("SECONDLY", one, { "retry-after": "7" }), "burst", 7],
    ["of ten seconds that says when", limited("TEN_SECONDLY_ROLLING", ten, { "retry-after": "3" }), "burst", 3],
    ["of the day that says when", limited("DAILY", day, { "retry-after": "3600" }), "daily", 3600],
    ["by a page", { status: 429, body: "<html>Too many requests</html>" }, "burst", 10],
    ["by category", problem(429, "RATE_LIMITS", "slow down"), "burst", 10],
  ] as const)("%s", async (_what, answer, scope, wait) => {
    const error = await answered(answer);
    expect(error).toMatchObject({ kind: "rate_limited", scope, status: 429 });
    expect(seconds(error.retryAt)).toBe(wait);
    expect(peer.calls).toHaveLength(1);
  });
});

describe("an outage", () => {
  const statuses = [408, 425, 500, 502, 503, 504, 521, 522, 523, 524, 525, 526, 530];
  it.each(statuses)("%i is tried again later, without halving", async (status) => {
    for (const body of [undefined, "<html></html>", { status: "error", message: "x" }]) {
      expect(await answered({ status, body })).toMatchObject({ kind: "unavailable", retry: true, status });
    }
    expect(peer.calls).toHaveLength(3);
  });

  it.each([
    ["423, a lock that lasts for two seconds", { status: 423, body: { message: "locked" } }, 2],
    ["423 that says when", { status: 423, headers: { "retry-after": "5" }, body: { message: "locked" } }, 5],
    ["477, a migration that says when", { status: 477, headers: { "retry-after": "86400" }, body: {} }, 86_400],
    ["503 that says when", { status: 503, headers: { "retry-after": "30" }, body: "" }, 30],
  ])("%s", async (_what, answer, wait) => {
    const error = await answered(answer);
    expect(error).toMatchObject({ kind: "unavailable" });
    expect(seconds(error.retryAt)).toBe(wait);
  });

  it("477 that does not say when leaves it to the worker", async () => {
    expect(await answered({ status: 477, body: "" })).toMatchObject({ kind: "unavailable", retryAt: undefined });
  });
});

describe("a refusal", () => {
  const scopes = {
    errors: [
      {
        message: "One or more scopes are required.",
        context: { requiredGranularScopes: ["crm.objects.contacts.write"] },
      },
    ],
  };
  const values = (text: string) => `Property values were not valid: ${text}`;
  it.each([
    [
      "a token that is not known",
      problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found."),
      "unauthorised",
    ],
    [
      "a token that expired",
      problem(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired"),
      "unauthorised",
    ],
    ["401 by a page", { status: 401, body: "<html></html>" }, "unauthorised"],
    [
      "a missing scope",
      problem(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes", scopes),
      "misconfigured",
    ],
    ["any other 403", problem(403, "BANNED", "This account may not use the API"), "unauthorised"],
    [
      "a value that is not allowed",
      problem(400, "VALIDATION_ERROR", values('[{"error":"INVALID_OPTION","name":"hs_meeting_outcome"}]')),
      "rejected",
    ],
    [
      "an owner that does not exist",
      problem(
        400,
        "VALIDATION_ERROR",
        values(
          '[{"isValid":false,"message":"Owner 99 does not exist","error":"INVALID_OWNER_ID","name":"hubspot_owner_id"}]',
        ),
      ),
      "rejected",
    ],
    ["a property, by its name", problem(400, "VALIDATION_ERROR", 'Property "nope" does not exist'), "misconfigured"],
    [
      "properties, by no name",
      problem(400, "VALIDATION_ERROR", "One or more properties do not exist"),
      "misconfigured",
    ],
    [
      "an unknown object",
      problem(400, "VALIDATION_ERROR", "Unable to infer object type from: pets", {
        subCategory: "INVALID_OBJECT_TYPE",
      }),
      "misconfigured",
    ],
    [
      "a key that is not unique",
      problem(400, "VALIDATION_ERROR", "Unable to perform update/upsert by non-unique 0-1 property bookingbug_id"),
      "misconfigured",
    ],
    ["a conflict", problem(409, "CONFLICT", "Contact already exists. Existing ID: 123"), "duplicate"],
    ["a unique value that is taken", problem(400, "VALIDATION_ERROR", "123 already has that value."), "duplicate"],
    ["a path that does not exist", { status: 404, body: "<html></html>" }, "misconfigured"],
    ["400 naming nobody", { status: 400, body: {} }, "rejected"],
    ["400 by a page", { status: 400, body: "<html>Bad Request</html>" }, "rejected"],
    ["414", { status: 414, body: "" }, "rejected"],
  ])("for %s", async (_what, answer, kind) => {
    expect(await answered(answer)).toMatchObject({ kind, status: answer.status });
  });

  it.each([
    ["names options that sound like another refusal", ["Duplicate", "Already exists elsewhere"]],
    ["lists more options than a sentence holds", Array.from({ length: 500 }, (_, index) => `Region number ${index}`)],
  ])("of a value that is no option is the value's, where HubSpot %s [W10]", async (_what, options) => {
    const refusal = {
      isValid: false,
      message: `Nowhere was not one of the allowed options: [${options.join(", ")}]`,
      error: "INVALID_OPTION",
      name: "region",
    };
    const message = values(JSON.stringify([refusal]));
    const error = await answered(problem(400, "VALIDATION_ERROR", message), { region: "Nowhere" });
    expect(error).toMatchObject({ kind: "rejected", fields: ["region"], refused: ["region"] });
    expect(error.message).not.toContain("Nowhere");
  });

  it("that is a 404 of a proxy does not pass for a record that was deleted, addressed by its id [B9]", async () => {
    peer.script = () => ({ status: 404, body: "<html></html>" });
    expect(await errorOf(connectTo(peer).connector.save(update("501")))).toMatchObject({ kind: "misconfigured" });
  });

  it.each([
    ["among the details", scopes],
    ["for the whole", { context: { requiredGranularScopes: ["crm.objects.contacts.write"] } }],
  ])("for a missing scope names it, where HubSpot does so %s", async (_where, more) => {
    const error = await answered(problem(403, "MISSING_SCOPES", "Not granted.", more));
    expect(error.message).toContain("crm.objects.contacts.write");
  });

  it("keeps HubSpot's id of the request, and the field, wherever it is named", async () => {
    const detail = {
      errors: [{ message: "is wrong", code: "INVALID_OPTION", context: { propertyName: ["lastname"] } }],
    };
    for (const answer of [
      problem(400, "VALIDATION_ERROR", "wrong", detail),
      problem(400, "VALIDATION_ERROR", "wrong", { errors: [{ message: "x", in: "lastname" }] }),
      problem(400, "VALIDATION_ERROR", values('[{"isValid":false,"name":"lastname"}]')),
    ]) {
      expect(await answered(answer)).toMatchObject({ kind: "rejected", fields: ["lastname"], requestId: "c-1" });
    }
  });

  it("keeps the id of a request whose answer has it in the head alone, and none that is no id", async () => {
    const headers = { "x-hubspot-correlation-id": "0198-c.2:a" };
    expect(await answered({ status: 502, headers, body: "<html></html>" })).toMatchObject({ requestId: "0198-c.2:a" });
    for (const correlationId of ["<b>", "ana@example.com", "x".repeat(65), "", 7]) {
      expect((await answered(problem(400, "VALIDATION_ERROR", "wrong", { correlationId }))).requestId).toBeUndefined();
    }
  });

  it("keeps the id of a batch's request for each of the batch's errors", async () => {
    const headers = { "x-hubspot-correlation-id": "c-2" };
    const errors = [{ category: "VALIDATION_ERROR", message: "wrong" }];
    peer.script = (request) =>
      request.path.includes("/batch/") ? { ...accept(request, () => undefined, errors), headers } : undefined;
    const error = await errorOf(connectTo(peer).connector.save(upsert("7")));
    expect(error).toMatchObject({ kind: "rejected", requestId: "c-2" });
  });

  it("takes personal data out of HubSpot's words, and its whole body out of the message", async () => {
    const message = 'Email address "ana silva" is invalid, ana@example.com and +44 7700 900123 too';
    const error = await answered(problem(400, "VALIDATION_ERROR", message), { email: "ana silva" });
    expect(error.message).toBe('Email address "‹email›" is invalid, ‹e-mail› and ‹number› too');
  });

  it("reads an envelope of which every field has another type than it should", async () => {
    const odd = { status: 1, message: 5, category: null, errors: "x", context: [], correlationId: {} };
    expect(await answered({ status: 400, body: odd })).toMatchObject({ kind: "rejected", message: "HTTP status 400" });
  });
});
