/** Keeping forgotten people out costs a list one question, and one more for each hundred where somebody is on the list [S6]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createSuppression, type Suppression } from "../../src/inbox/suppression.ts";
import { createRedis } from "../../src/redis/client.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { listing } from "../support/listing.ts";
import { sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Edge, post, startEdge } from "./edge.ts";

const BOOKINGS = 50;

let server: TestRedis;
let edge: Edge;
let suppression: Suppression;
let questions = 0;

beforeAll(async () => {
  server = await startTestRedis();
  const redis = new Proxy(
    createRedis({ url: server.url, verifyTls: true }, "edge", () => {}),
    {
      get(target, name) {
        questions += 1;
        const found: unknown = Reflect.get(target, name);
        return typeof found === "function" ? found.bind(target) : found;
      },
    },
  );
  suppression = createSuppression({ redis, keys: createKeys("{edge-test}") });
  edge = await startEdge(server.url, { suppression });
});
afterAll(async () => {
  await edge.close();
  await server.stop();
});

/** As the admin API lists bookings, each with somebody of its own. */
function list(): string {
  const bookings = Array.from({ length: BOOKINGS }, (_, index) => ({
    ...listing(index + 1, [10])._embedded.bookings[0],
    id: 1_000 + index,
    purchase_id: index + 1,
    client_id: 10_000 + index,
    client_email: `person${index}@example.com`,
  }));
  return JSON.stringify({ total_entries: BOOKINGS, _embedded: { bookings } });
}

async function costOfAList(): Promise<{ questions: number; stored: number }> {
  questions = 0;
  const before = edge.queued.length;
  expect((await post(edge, "/notifications/bookings", list())).status).toBe(202);
  return { questions, stored: edge.queued.length - before };
}

it("asks once for all where nobody was forgotten, and twice where somebody was", async () => {
  expect(await costOfAList()).toEqual({ questions: 1, stored: BOOKINGS });
  await suppression.add({ emails: new Set(["person7@example.com"]), clientIds: new Set(["10009"]) });
  const before = edge.queued.length;
  expect(await costOfAList()).toEqual({ questions: 2, stored: BOOKINGS - 2 });
  const kept = new Set(edge.queued.slice(before));
  expect([kept.has("8"), kept.has("10"), kept.has("9")]).toEqual([false, false, true]);
});

it("asks nothing of a lone notification where nobody was forgotten, and stores nothing of somebody who was", async () => {
  const { email } = sample("purchase-created")._embedded.client;
  const notify = async () => {
    const [asked, before] = [questions, edge.queued.length];
    expect((await post(edge, "/notifications/bookings", JSON.stringify(sample("purchase-created")))).status).toBe(202);
    return { questions: questions - asked, stored: edge.queued.length - before };
  };
  await edge.redis.del(edge.keys.forgottenSalt);
  expect(await notify()).toEqual({ questions: 0, stored: 1 });
  await suppression.add({ emails: new Set([email]), clientIds: new Set() });
  expect(await notify()).toEqual({ questions: 2, stored: 0 });
});
