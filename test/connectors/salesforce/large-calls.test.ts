/** Calls that an org's own triggers and flows take only so much of: what fails together is sent again in smaller calls [W1][W9]. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import type { Connector, RecordWrite } from "../../../connectors/connector.ts";
import { salesforce } from "../../../connectors/salesforce/index.ts";
import { createKeys } from "../../../src/redis/keys.ts";
import { createCallSizes } from "../../../src/sync/call-sizes.ts";
import { startTestRedis, type TestRedis } from "../../support/redis.ts";
import {
  accept,
  connectTo,
  failedRow,
  fault,
  KEY,
  type Peer,
  type Received,
  rowsOf,
  startPeer,
  TOKEN_PATH,
  upsert,
} from "./peer.ts";

const LIMIT =
  "EventTrigger: execution of BeforeInsert\n\ncaused by: System.LimitException: Too many SOQL queries: 101\n\nTrigger.EventTrigger: line 12, column 1";
const ENDED = failedRow("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", LIMIT);
const HOUR_MS = 3_600_000;

const keys = createKeys("{call-sizes-test}");
let server: TestRedis;
let redis: Redis;
let peer: Peer;
let complaints: unknown[];

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: 1 });
});
beforeEach(async () => {
  complaints = [];
  await redis.flushall();
  peer = await startPeer();
  org((request) => trigger(request, 20));
});
afterEach(() => peer.close());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function org(answer: (request: Received) => ReturnType<Peer["script"]>): void {
  peer.script = (request) => (request.path === TOKEN_PATH ? undefined : answer(request));
}

const trigger = (request: Received, most: number) =>
  accept(request, () => (rowsOf(request).length > most ? ENDED : undefined));

/** As each process has its own. */
const processOf = (client = redis): Connector =>
  connectTo(peer, {
    sizes: createCallSizes({ redis: client, keys, crm: "salesforce", onError: (error) => complaints.push(error) }),
  }).connector;

let booked = 0;
const bookings = (count: number): RecordWrite[] =>
  Array.from({ length: count }, () => {
    booked += 1;
    return { ...upsert(String(booked)), object: "Event" };
  });

/** What became of each: its id, or its error's kind; and how many records each call had. */
async function write(connector: Connector, writes: readonly RecordWrite[]) {
  peer.calls.length = 0;
  const outcomes = await Promise.all(
    writes.map((one) =>
      connector.save(one).then(
        ({ id }) => id,
        ({ kind }) => String(kind),
      ),
    ),
  );
  return { outcomes, sizes: peer.calls.map((call) => rowsOf(call).length) };
}
const idsOf = (writes: readonly RecordWrite[]) =>
  writes.map(({ target }) => `003-${"value" in target ? target.value : target.id}`);

describe("a trigger that takes 20 rows", () => {
  it("gets 60 bookings in at most 12 calls, and the next 60 in 4 without a failed row", async () => {
    const connector = processOf();
    const [first, second] = [bookings(60), bookings(60)];
    const before = await write(connector, first);
    expect(before).toEqual({ outcomes: idsOf(first), sizes: [60, 30, 15, 22, 18, 20, 7] });
    expect(before.sizes.length).toBeLessThanOrEqual(12);
    expect(await write(connector, second)).toEqual({ outcomes: idsOf(second), sizes: [20, 20, 20] });
  });

  it("has taught every process, and only about its own object", async () => {
    await write(processOf(), bookings(60));
    expect((await write(processOf(), bookings(60))).sizes).toEqual([20, 20, 20]);
    const contacts = bookings(20).map((one) => ({ ...one, object: "Contact" }));
    expect((await write(processOf(), contacts)).sizes).toEqual([20]);
  });

  it("is tried with twice as many after an hour, and with all once some hours have passed", async () => {
    await write(processOf(), bookings(60));
    const key = keys.callSize("salesforce", "Event");
    org((request) => trigger(request, 60));
    await redis.pexpire(key, (await redis.pttl(key)) - HOUR_MS);
    expect((await write(processOf(), bookings(60))).sizes).toEqual([40, 20]);
    await redis.pexpire(key, (await redis.pttl(key)) - HOUR_MS);
    expect((await write(processOf(), bookings(60))).sizes).toEqual([60]);
  });

  it("that takes no more after an hour has cost one call", async () => {
    await write(processOf(), bookings(60));
    const key = keys.callSize("salesforce", "Event");
    await redis.pexpire(key, (await redis.pttl(key)) - HOUR_MS);
    expect((await write(processOf(), bookings(30))).sizes).toEqual([30, 20, 10]);
    expect((await write(processOf(), bookings(30))).sizes).toEqual([20, 10]);
  });

  it("that takes fewer from one call to the next is followed down", async () => {
    org((request) => trigger(request, peer.calls.length > 4 ? 8 : 20));
    const connector = processOf();
    const [first, second] = [bookings(60), bookings(60)];
    expect((await write(connector, first)).outcomes).toEqual(idsOf(first));
    org((request) => trigger(request, 8));
    const { outcomes, sizes } = await write(connector, second);
    expect(outcomes).toEqual(idsOf(second));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
  });

  it("is served while Redis is away, at the price of calls", async () => {
    const away = new Redis({ host: "127.0.0.1", port: 1, maxRetriesPerRequest: 0, retryStrategy: () => null });
    away.on("error", () => {});
    const writes = bookings(60);
    expect((await write(processOf(away), writes)).outcomes).toEqual(idsOf(writes));
    expect(complaints).not.toEqual([]);
  });
});

describe("a record that fails alone", () => {
  it("is at fault itself: the others of its call are written, and the next call is as large as ever", async () => {
    const writes = bookings(60);
    const [bad] = idsOf(writes.slice(41));
    const isBad = (row: Record<string, unknown>): boolean => `003-${row[KEY]}` === bad;
    org((request) => accept(request, () => (rowsOf(request).some(isBad) ? ENDED : undefined)));
    const { outcomes, sizes } = await write(processOf(), writes);
    expect(outcomes).toEqual(idsOf(writes).map((id) => (id === bad ? "rejected" : id)));
    expect(sizes.length).toBeLessThanOrEqual(13);
    expect((await write(processOf(), bookings(60))).sizes).toEqual([60]);
  });

  it("costs few calls wherever it stands", async () => {
    for (const at of [0, 20, 59]) {
      const writes = bookings(60);
      const [bad] = idsOf(writes.slice(at));
      const isBad = (row: Record<string, unknown>): boolean => `003-${row[KEY]}` === bad;
      org((request) => accept(request, () => (rowsOf(request).some(isBad) ? ENDED : undefined)));
      const { outcomes, sizes } = await write(processOf(), writes);
      expect(outcomes.filter((outcome) => outcome === "rejected")).toHaveLength(1);
      // Twelve of halving, and at most four of looking for a size where none is to blame.
      expect(sizes.length).toBeLessThanOrEqual(16);
    }
  });
});

describe("what is sent again", () => {
  it("is what failed so, and nothing else", async () => {
    const sent: unknown[][] = [];
    const lock = failedRow("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
    org((request) => {
      const named = rowsOf(request).map((row) => row[KEY]);
      sent.push(named);
      return accept(request, (row) =>
        named.length === 6 ? { 1: ENDED, 2: lock, 4: ENDED }[named.indexOf(row[KEY])] : undefined,
      );
    });
    const writes = bookings(6);
    const ids = idsOf(writes);
    const { outcomes } = await write(processOf(), writes);
    expect(outcomes).toEqual(ids.map((id, index) => (index === 2 ? "conflict" : id)));
    expect(sent.slice(1).map((some) => some.map((value) => `003-${value}`))).toEqual([[ids[1], ids[4]]]);
  });

  it("is what a flow's limits ended, whose code is another", async () => {
    const flow = failedRow("CANNOT_EXECUTE_FLOW_TRIGGER", "The flow failed: Too many SOQL queries: 101");
    org((request) => accept(request, () => (rowsOf(request).length > 4 ? flow : undefined)));
    const writes = bookings(8);
    expect(await write(processOf(), writes)).toEqual({ outcomes: idsOf(writes), sizes: [8, 4, 4] });
  });

  it.each([
    ["APEX_ERROR", fault(400, "APEX_ERROR", "System.LimitException: Apex CPU time limit exceeded")],
    ["too many chunks", fault(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Cannot have more than 10 chunks in a")],
    ["a call that is too large", { status: 413, body: "<html></html>" }],
  ])("is the whole call where it is refused as a whole: %s", async (_what, refusal) => {
    org((request) => (rowsOf(request).length > 4 ? refusal : accept(request)));
    const writes = bookings(8);
    expect(await write(processOf(), writes)).toEqual({ outcomes: idsOf(writes), sizes: [8, 4, 4] });
    expect((await write(processOf(), bookings(8))).sizes).toEqual([4, 4]);
  });

  it("keeps what was answered when a later part meets an outage", async () => {
    org((request) => {
      const isLater = peer.calls.length > 2;
      return isLater ? fault(503, "SERVER_UNAVAILABLE") : trigger(request, 3);
    });
    const writes = bookings(6);
    const { outcomes } = await write(processOf(), writes);
    expect(outcomes).toEqual([...idsOf(writes.slice(0, 3)), ...Array(3).fill("unavailable")]);
  });

  it("is a creation without an id of ours only where its row says that it failed [P1]", async () => {
    const sent: unknown[][] = [];
    const emails = ["a", "b", "c", "d"].map((name) => `${name}@example.com`);
    org((request) => {
      const rows = rowsOf(request);
      sent.push(rows.map(({ Email }) => Email));
      const saved = ({ Email }: Record<string, unknown>) => ({ id: `003-${Email}`, success: true, errors: [] });
      return { body: rows.map((row, index) => (rows.length < 4 || index < 2 ? saved(row) : [ENDED, {}][index - 2])) };
    });
    const { outcomes } = await write(
      processOf(),
      emails.map((value) => ({
        object: "Contact",
        target: { by: "match", field: "Email", value },
        values: {},
        links: [],
      })),
    );
    expect(outcomes).toEqual([...emails.slice(0, 3).map((email) => `003-${email}`), "unavailable"]);
    expect(sent).toEqual([emails, [emails[2]]]);
  });
});

describe("SALESFORCE_BATCH_SIZE", () => {
  it("is the most that shares a call, whatever is learnt", async () => {
    const { connector } = connectTo(peer, { env: { SALESFORCE_BATCH_SIZE: "12" } });
    expect((await write(connector, bookings(30))).sizes).toEqual([12, 12, 6]);
  });

  it.each(["0", "201", "ten", "1.5"])("is refused at start when it is %s", (size) => {
    const env = { SALESFORCE_INSTANCE_URL: peer.url, SALESFORCE_ACCESS_TOKEN: "token", SALESFORCE_BATCH_SIZE: size };
    const issues = salesforce.settings.safeParse(env).error?.issues ?? [];
    expect(issues.map(({ message }) => message)).toEqual(["SALESFORCE_BATCH_SIZE: set a whole number from 1 to 200"]);
  });
});
