/** What a pass came upon of fields that somebody is asked about [W19], beside what is known of the record. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { RateLimitedError } from "../../connectors/errors.ts";
import { type AskedDeps, noteAsked } from "../../src/drift/asked.ts";
import type { Drifted } from "../../src/drift/drifted.ts";
import { createDriftStore, type DriftStore } from "../../src/drift/store.ts";
import { createKeys } from "../../src/redis/keys.ts";
import type { AskedRecord } from "../../src/sync/asked-fields.ts";
import { useRedis } from "../support/use-redis.ts";
import { aDrifted } from "./drifted.ts";

const redis = useRedis();
let store: DriftStore;
const at = { object: "contacts", id: "1" };

beforeEach(async () => {
  await redis().flushall();
  store = createDriftStore({ redis: redis(), keys: createKeys("{drift-asked}"), crm: "hubspot", retentionDays: 1 });
});

const note = async (some: Partial<AskedRecord>, connector: AskedDeps["connector"] = {}): Promise<void> =>
  await noteAsked(
    { store, connector },
    { purchaseId: "11", section: "person", ...at, asked: [], written: [], ...some },
  );
const phone = { field: "phone", base: "1", ours: "2", theirs: "9" };
async function kept(): Promise<Drifted | undefined> {
  return [...(await store.kept([at])).values()][0];
}
const fields = async () => {
  const entry = await kept();
  return entry?.kind === "drifted" ? entry.fields.map(({ field, asks, by }) => [field, asks, by]) : undefined;
};

describe("what somebody is asked about", () => {
  it("stays decided while BookingBug says the same, whatever is typed there, and is asked anew at another value", async () => {
    await store.keep(aDrifted({ ...at, fields: [{ ...phone, asks: "leave" }] }));
    await note({ asked: [{ ...phone, theirs: "8" }] });
    expect(await fields()).toEqual([["phone", "leave", undefined]]);
    await note({ asked: [{ ...phone, ours: "3" }] });
    expect(await fields()).toEqual([["phone", "hold", undefined]]);
    expect(await store.count("ask")).toBe(1);
  });

  it("stands beside what else drifted of the record, and goes once it was written", async () => {
    await store.keep(aDrifted({ ...at, fields: [{ field: "email" }] }));
    await note({ asked: [phone] });
    expect(await fields()).toEqual([
      ["phone", "hold", undefined],
      ["email", "report", undefined],
    ]);
    await note({ written: ["phone"] });
    expect(await fields()).toEqual([["email", "report", undefined]]);
    await store.keep(aDrifted({ ...at, fields: [{ ...phone, asks: "write_back" }] }));
    await note({ written: ["phone"] });
    expect(await kept()).toBeUndefined();
  });

  it("names who edited it where the CRM says, and is kept where it cannot say", async () => {
    const edits = async () => [{ field: "phone", at: "2036-01-01T08:00:00Z", by: "Rosa Rep", isOurs: false }];
    await note({ asked: [phone] }, { edits });
    expect(await fields()).toEqual([["phone", "hold", "Rosa Rep"]]);
    const limited = async () => {
      throw new RateLimitedError("limited", { scope: "burst", retryAt: new Date() });
    };
    await note({ asked: [phone] }, { edits: limited });
    expect(await fields()).toEqual([["phone", "hold", "Rosa Rep"]]);
    await note({ asked: [{ ...phone, theirs: "7" }] }, { edits: limited });
    expect(await fields()).toEqual([["phone", "hold", undefined]]);
  });
});
