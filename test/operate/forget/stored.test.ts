/** Looking through everything that is stored: a person is found among very many keys with few questions. */
import { beforeEach, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { storedCopies } from "../../../src/operate/forget/stored.ts";
import { compress } from "../../../src/redis/compress.ts";
import { createKeys } from "../../../src/redis/keys.ts";
import { useRedis } from "../../support/use-redis.ts";

const keys = createKeys("{stored-test}");
const crms = [{ crm: "hubspot" }];
const OTHERS = 40_000;
const client = useRedis();
let redis: Redis;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
});

async function asked(): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await redis.info("stats"))?.[1]);
}

it("finds what is kept of purchases among forty thousand other keys", async () => {
  await redis.mset(Array.from({ length: OTHERS }, (_, n) => [keys.purchaseOfBooking(String(n)), "1"]).flat());
  const packed = compress(JSON.stringify({ records: {} }));
  for (let n = 0; n < 300; n += 1) await redis.set(keys.ledger("hubspot", String(n)), packed);
  const before = await asked();
  const found = new Set<string>();
  for await (const { purchaseId } of storedCopies({ redis, keys, crms })) found.add(purchaseId);
  expect(found.size).toBe(300);
  // Four kinds of keys are looked for.
  expect((await asked()) - before).toBeLessThan((4 * OTHERS) / 1_000);
});
