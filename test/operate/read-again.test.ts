/** A quarantine may be larger than memory: whoever goes through it holds one delivery at a time. */
import { beforeEach, expect, it } from "@jest/globals";
import type { Quarantine, QuarantinedDelivery } from "../../src/inbox/quarantine.ts";
import type { LiveMappings } from "../../src/mapping/live.ts";
import { type ForgetDeps, forget } from "../../src/operate/forget/forget.ts";
import { readAgain } from "../../src/operate/read-again.ts";
import type { Receipt } from "../../src/receiver/receive.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";

const client = useRedis();
const EMAIL = "ann@example.org";

let happened: string[] = [];
beforeEach(() => {
  happened = [];
});

function delivery(deliveryId: string, reason: QuarantinedDelivery["reason"]): QuarantinedDelivery {
  const head = {
    route: "bookings",
    receivedAt: "2036-01-01T00:00:00.000Z",
    problems: [],
    contentType: undefined,
  } as const;
  return { ...head, deliveryId, reason, body: Buffer.from(EMAIL) };
}

async function* walk(): AsyncGenerator<QuarantinedDelivery> {
  for (const id of ["a", "b", "c"]) {
    happened.push(`asked for ${id}`);
    yield delivery(id, id === "b" ? "ignored_format" : "not_json");
  }
}

const release = async (id: string): Promise<void> => void happened.push(`released ${id}`);
const quarantine = { walk, release } as Partial<Quarantine> as Quarantine;

it("reading again asks for a delivery once it is done with the one before [S1]", async () => {
  const receipts: Receipt[] = [
    { outcome: "stored", deliveryId: "new", purchaseIds: [], bookingIds: [], suppressed: 0 },
    { outcome: "quarantined", deliveryId: "newer", status: 422, problems: [] },
  ];
  const receiveAgain = async (): Promise<Receipt> => receipts.shift() as Receipt;
  expect(await readAgain({ quarantine, receiveAgain }, quarantine.walk())).toEqual({ read: 1, unreadable: 1 });
  expect(happened).toEqual(["asked for a", "released a", "asked for b", "asked for c", "released c"]);
});

it("forgetting asks for a delivery once it is done with the one before [S1]", async () => {
  const redis = client();
  await redis.flushall();
  const syncLog = { sweepWords: async () => {} };
  const mappings = { current: () => ({ set: { mappings: [] } }) } as unknown as LiveMappings;
  const crms = { crms: [], formerCrms: [] };
  const deps = { redis, keys: createKeys("{read-again-test}"), ...crms, quarantine, mappings, syncLog, dryRun: false };
  const { quarantine: found } = await forget(deps as unknown as ForgetDeps, {
    emails: new Set([EMAIL]),
    clientIds: new Set(),
  });
  expect(found).toEqual({ searched: 3, theirs: 3, unreadable: [] });
  const one = (id: string): string[] => [`asked for ${id}`, `released ${id}`];
  expect(happened).toEqual(["a", "b", "c"].flatMap(one));
});
