/** What is said of a kind of failure, and what its errors do, must not disagree. */
import { describe, expect, it } from "@jest/globals";
import * as crm from "../../connectors/errors.ts";
import { MappingError, SlowMappingError } from "../../src/mapping/problems.ts";
import { NoMappingError } from "../../src/mapping/set.ts";
import { LockLostError, LockTimeoutError } from "../../src/redis/locks.ts";
import {
  BroughtDownError,
  canHeal,
  DeletedInCrmError,
  HeldError,
  kindOf,
  LeftBehindError,
  NotFoundInCrmError,
  StalledError,
} from "../../src/sync/failures.ts";
import { madeSafe } from "../../src/sync/unexpected.ts";
import { FAILURE_KINDS } from "../../src/synclog/failure-kinds.ts";

const { CrmError: _abstract, ConvertedError, RateLimitedError, ...rest } = crm;
const source = { file: "a.yaml", line: 1, column: 1, expression: "x" };
const errors = [
  ...Object.values(rest).map((CrmError) => new CrmError("x")),
  new RateLimitedError("x", { scope: "burst", retryAt: new Date() }),
  new ConvertedError("x", { from: { object: "Lead", id: "1" }, became: { object: "Contact", id: "2" } }),
  new MappingError("x", source),
  new SlowMappingError("x", source),
  new NoMappingError("x"),
  new LockTimeoutError("x"),
  new LockLostError("x"),
  new DeletedInCrmError("x"),
  new LeftBehindError("x", { object: "Event", id: "1" }),
  new HeldError({ reason: "cancellation_ambiguous", bookingIds: ["1"] }),
  new NotFoundInCrmError("owner", "User"),
  new StalledError("x"),
  new BroughtDownError(),
  madeSafe(new Error("x")),
];

describe("a kind of failure", () => {
  it.each(Object.entries(FAILURE_KINDS))("%s is tried again exactly when its errors say so [W2]", (kind, { retry }) => {
    const verdicts = new Set(errors.filter((error) => kindOf(error) === kind).map(canHeal));
    expect(verdicts).toEqual(new Set(retry === undefined ? [true, false] : [retry]));
  });

  it("is known of every error", () => {
    expect(errors.filter((error) => !(kindOf(error) in FAILURE_KINDS))).toEqual([]);
  });
});
