/** What drifted is kept within bounds, and read a page at a time [Q18]. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { decideDrift } from "../../src/drift/decide.ts";
import type { Drifted } from "../../src/drift/drifted.ts";
import { settle } from "../../src/drift/keep.ts";
import { createDriftStore, type DriftStore } from "../../src/drift/store.ts";
import { tallyOf, trimmed } from "../../src/drift/tally.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";
import { aDrifted } from "./drifted.ts";

const redis = useRedis();
const keys = createKeys("{drift-store}");
const most = 5;
let store: DriftStore;

beforeEach(async () => {
  await redis().flushall();
  store = createDriftStore({ redis: redis(), keys, crm: "hubspot", retentionDays: 1, most });
});

const edited = (id: string, field: string, more: Partial<Pick<Drifted, "since" | "seen">> = {}): Drifted =>
  aDrifted({ id, fields: [{ field }], ...more });

/** The store of a process that has read what is kept when something happens, once. */
function reading(happens: () => Promise<unknown>): DriftStore {
  let next: typeof happens | undefined = happens;
  const slow = new Proxy(redis(), {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "hmgetBuffer") return value.bind(target);
      return async (...args: unknown[]) => {
        const found: unknown = await value.apply(target, args);
        const now = next;
        next = undefined;
        await now?.();
        return found;
      };
    },
  });
  return createDriftStore({ redis: slow, keys, crm: "hubspot", retentionDays: 1, most });
}

describe("the store", () => {
  it.each(["keeps", "drops"])(
    "lists nothing that is not there, whoever %s it while somebody else does",
    async (does) => {
      await store.keep(edited("1", "phone"));
      const other = reading(() => store.keep(edited("1", "email")));
      await (does === "keeps" ? other.keep(edited("1", "city")) : other.drop([{ object: "contacts", id: "1" }]));
      const counts = ["phone", "email", "city"].map((field) => store.count(`field:contacts.${field}`));
      expect(await Promise.all(counts)).toEqual(does === "keeps" ? [0, 0, 1] : [0, 0, 0]);
      expect([await store.count("edited"), await store.count()]).toEqual(does === "keeps" ? [1, 1] : [0, 0]);
    },
  );

  const asked = () =>
    aDrifted({ id: "1", fields: ["phone", "email"].map((field) => ({ field, asks: "hold" as const })) });
  const asks = async () => {
    const [entry] = (await store.kept([{ object: "contacts", id: "1" }])).values();
    return entry?.kind === "drifted" ? entry.fields.map((one) => one.asks) : [];
  };
  const decided = (field: string, take: "crm" | "bookingbug") => ({ object: "contacts", id: "1", field, take });

  it.each(["crm", "bookingbug"] as const)(
    "[W19] has both of two decisions on a record that are made at one moment, the first for the %s",
    async (take) => {
      await store.keep(asked());
      const other = reading(() => decideDrift(store, decided("email", take)));
      await decideDrift(other, decided("phone", "crm"));
      expect(await asks()).toEqual(["leave", take === "crm" ? "leave" : "write_back"]);
    },
  );

  it("[W19] leaves what was decided while a round looked at the record, until BookingBug says something else", async () => {
    await store.keep(asked());
    await decideDrift(store, decided("phone", "crm"));
    await store.keep(asked());
    expect(await asks()).toEqual(["leave", "hold"]);
    await store.keep(aDrifted({ id: "1", fields: [{ field: "phone", asks: "hold", ours: "Ours since" }] }));
    expect(await asks()).toEqual(["hold"]);
  });

  it("keeps no more than there is room for, and goes on with what it has", async () => {
    for (let id = 1; id <= most; id += 1) expect(await store.keep(edited(String(id), "phone"))).toBe(true);
    expect(await store.keep(edited("6", "phone"))).toBe(false);
    expect(await store.keep(edited("1", "email"))).toBe(true);
    await store.drop([{ object: "contacts", id: "2" }]);
    expect(await store.keep(edited("6", "phone"))).toBe(true);
    expect(await store.count()).toBe(most);
  });

  it("lists by what happened and by field, the newest first, a page at a time", async () => {
    for (const [at, id] of ["1", "2", "3"].entries()) {
      await store.keep(edited(id, "phone", { since: `2036-01-0${at + 1}T00:00:00.000Z` }));
    }
    await store.keep(aDrifted({ kind: "deleted", id: "4" }));
    const ids = async (...[of, at]: Parameters<DriftStore["page"]>) => (await store.page(of, at)).map(({ id }) => id);
    expect(await ids("field:contacts.phone", { offset: 0, limit: 2 })).toEqual(["3", "2"]);
    expect(await ids("field:contacts.phone", { offset: 2, limit: 2 })).toEqual(["1"]);
    expect(await ids("deleted", { offset: 0, limit: 9 })).toEqual(["4"]);
    expect(await ids(undefined, { offset: 0, limit: 9 })).toHaveLength(4);
    expect([await store.count("edited"), await store.count("deleted"), await store.count("ask")]).toEqual([3, 1, 0]);
  });

  it("moves a record to another list with what happened to it, and off all once it is mended", async () => {
    await store.keep(aDrifted({ id: "1", fields: [{ field: "phone", asks: "hold" }] }));
    expect([await store.count("ask"), await store.count("field:contacts.phone")]).toEqual([1, 1]);
    await store.keep(aDrifted({ kind: "deleted", id: "1" }));
    expect([await store.count("ask"), await store.count("edited"), await store.count("deleted")]).toEqual([0, 0, 1]);
    await store.drop([{ object: "contacts", id: "1" }]);
    expect(await redis().keys(`${keys.prefix}:drifted*`)).toEqual([]);
  });
});

describe("the tally", () => {
  it("counts by field, by editor and by day, the most frequent first", () => {
    const some = [
      aDrifted({ id: "1", since: "2036-01-01T08:00:00.000Z", fields: [{ field: "phone", by: "Rep 7" }] }),
      aDrifted({
        id: "2",
        since: "2036-01-02T08:00:00.000Z",
        fields: [{ field: "email" }, { field: "phone", by: "Rep 7" }],
      }),
      aDrifted({ kind: "deleted", id: "3", since: "2036-01-02T09:00:00.000Z" }),
    ];
    const tally = tallyOf(some);
    expect(tally).toMatchObject({ records: 3, deleted: 1, merged: 0 });
    expect(Object.entries(tally.byField)).toEqual([
      ["contacts.phone", 2],
      ["contacts.email", 1],
    ]);
    expect(Object.entries(tally.byEditor)).toEqual([
      ["Rep 7", 2],
      ["", 1],
    ]);
    expect(tally.byDay).toEqual({ "2036-01-02": 2, "2036-01-01": 1 });
    expect(trimmed(tally, 1)).toMatchObject({ byField: { "contacts.phone": 2 }, byDay: { "2036-01-02": 2 } });
    expect(Object.keys(trimmed(tally, 1).byField)).toHaveLength(1);
  });

  it("is made anew at a round's end, without what two rounds did not meet", async () => {
    await store.keep(edited("1", "phone", { seen: "2036-01-01T00:00:00.000Z" }));
    await store.keep(edited("2", "phone", { seen: "2036-01-03T00:00:00.000Z" }));
    await settle({ store });
    expect((await store.tally())?.records).toBe(2);
    await settle({ store }, "2036-01-02T00:00:00.000Z");
    expect([(await store.tally())?.records, await store.count()]).toEqual([1, 1]);
  });
});
