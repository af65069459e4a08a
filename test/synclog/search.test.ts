import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { createKeys } from "../../src/redis/keys.ts";
import { renew } from "../../src/synclog/renewal.ts";
import { createSearch, type Search } from "../../src/synclog/search.ts";
import {
  deliveryTrait,
  emailTrait,
  nameTraits,
  phoneTrait,
  recordTraits,
  type Trait,
  titleTrait,
} from "../../src/synclog/traits.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const keys = createKeys("{search-test}");
let server: TestRedis;
let redis: Redis;
let search: Search;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  search = createSearch({ redis, keys, retentionSeconds: 1_000 });
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const now = Date.now();

async function index(purchaseId: string, name: string, email: string, at = now): Promise<void> {
  await search.index(purchaseId, [...emailTrait(email), ...nameTraits(name)], at);
}

const ids = async (query: string) => (await search.find(query, 10)).map(({ purchaseId }) => purchaseId);

describe("the search", () => {
  beforeEach(async () => {
    await index("1", "Ana Maria Silva", "ana@example.com", now);
    await index("2", "José O’Brien", "o'brien@example.com", now + 1);
    await index("3", "Maria Müller-Silva", "mm@example.com", now + 2);
  });

  it.each([
    ["maria silva", ["3", "1"]],
    ["SILVA Ana", ["1"]],
    ["jose o'brien", ["2"]],
    ["Muller", ["3"]],
    [" Ana@Example.com ", ["1"]],
    ["ana nobody", []],
    ["'", []],
    ["", []],
  ])("finds by words of the name in any order, without case or accents, or by e-mail: %s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it.each([
    ["silv", ["3", "1"]],
    ["maria silv", ["3", "1"]],
    ["silva m", ["3", "1"]],
    ["mü", ["3"]],
    ["ilva", []],
    ["silv maria", []],
  ])("finds by the beginning of the last word that is typed [F1]: %s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it.each<[string, Trait[], string[]]>([
    ["a telephone number", phoneTrait("07700900123"), ["+44 7700 900-123", "07700 900123", "(0) 7700 900 123"]],
    [
      "a Salesforce record",
      recordTraits("003QE00000ab1cDYAQ"),
      [
        "003QE00000ab1cDYAQ",
        "003QE00000ab1cD",
        "https://acme.lightning.force.com/lightning/r/Contact/003QE00000ab1cDYAQ/view",
      ],
    ],
    [
      "a HubSpot record",
      recordTraits("512345"),
      ["512345", "https://app-eu1.hubspot.com/contacts/99/record/0-1/512345?eschref=x"],
    ],
    ["a delivery", deliveryTrait("3F2504E0-4F89-41D3-9A0C-0305E82C3301"), ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"]],
    ["a service", titleTrait("service", "Eye Test (30 min)"), ["eye test", "TEST e"]],
    ["a company", titleTrait("company", "Paws & Claws Léon"), ["paws", "leon claws"]],
  ])("finds by %s [F1]", async (_what, traits, queries) => {
    await search.index("50", traits, now);
    for (const query of queries) expect([query, await ids(query)]).toEqual([query, ["50"]]);
  });

  it("forgets the words that nobody is found by any more, and no other [F1]", async () => {
    await search.forget("2");
    await search.forget("1");
    await search.sweep();
    expect(await redis.zrange(keys.words, 0, "-1")).toEqual(
      ["name:maria", "name:müller", "name:silva"].map((word) => word.normalize("NFKD").replace(/\p{M}/gu, "")),
    );
  });

  it("finds a purchase by its id and by the id of a booking of it", async () => {
    await redis.zadd(keys.recent, now, "77");
    await redis.set(keys.purchaseOfBooking("5"), "77");
    expect(await search.find("77", 10)).toEqual([{ purchaseId: "77", by: "purchase" }]);
    expect(await search.find("5", 10)).toEqual([{ purchaseId: "77", by: "booking" }]);
  });

  it("keeps names and e-mails out of the keys, and keeps nothing for ever", async () => {
    const names = await redis.keys("*");
    expect(names.join(" ")).not.toMatch(/silva|ana|maria|example/i);
    for (const name of names) expect(await redis.ttl(name)).toBeGreaterThan(0);
  });

  it("finds a purchase that is notified for a year by its first and its newest deliveries, and grows no more [R2]", async () => {
    const delivery = (n: number) => `delivery-${n}`;
    for (let n = 0; n < 150; n += 1) {
      await search.index("8", [...nameTraits("Olga"), ...deliveryTrait(delivery(n))], now - 150 + n);
      if (n % 50 === 0) await renew({ redis, keys, crm: "hubspot", retentionSeconds: 1_000 });
    }
    expect(await ids(delivery(149))).toEqual(["8"]);
    expect(await ids(delivery(0))).toEqual(["8"]);
    expect(await ids(delivery(40))).toEqual([]);
    expect(await ids("olga")).toEqual(["8"]);
    const naming: string[] = [];
    for (const key of await redis.keys("*:find:*")) if ((await redis.zscore(key, "8")) !== null) naming.push(key);
    expect(naming).toHaveLength(130);
    expect(await redis.zcard(keys.deliveriesOf("8"))).toBe(100);
    await search.forget("8");
    expect(await redis.exists(...naming)).toBe(0);
    expect(await redis.exists(keys.traitsOf("8"), keys.deliveriesOf("8"))).toBe(0);
  });

  it("no longer finds what it was told to forget", async () => {
    await search.forget("1");
    expect(await ids("ana")).toEqual([]);
    expect(await ids("silva")).toEqual(["3"]);
  });

  it("keeps what failed or waits among what is found, behind what is new, when that is renewed [R1]", async () => {
    const tenDays = 864_000;
    const long = createSearch({ redis, keys, retentionSeconds: tenDays });
    const before = now - 1.05 * tenDays * 1000;
    for (const id of ["8", "9"]) await long.index(id, nameTraits("Olga"), before);
    await redis.zadd(keys.failedByTime("hubspot"), before, "8");
    await redis.zadd(keys.pending("hubspot"), before, "9");
    await renew({ redis, keys, crm: "hubspot", retentionSeconds: tenDays });
    await long.index("4", nameTraits("Olga"), now);
    const [newest, ...kept] = await ids("olga");
    expect([newest, kept.toSorted()]).toEqual(["4", ["8", "9"]]);
    expect(await ids("8")).toEqual(["8"]);
  });

  it("drops from a common word what is older than the retention", async () => {
    await index("5", "Olga", "", now - 1_500_000);
    await index("4", "Olga", "", now);
    expect(await ids("olga")).toEqual(["4"]);
  });
});
