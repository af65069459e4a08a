/** A third CRM needs no change in the core: its connector stands the conformance suite, its mapping fits, its plans are written. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cases } from "../../connectors/conformance/cases.ts";
import type { Check, Harness } from "../../connectors/conformance/harness.ts";
import { type CallReport, type Connector, unpaced } from "../../connectors/connector.ts";
import { loadConfig } from "../../src/config/config.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { checkMappings } from "../../src/operate/mapping-check.ts";
import { plansOf, stateOf } from "../../src/operate/preview.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createOutage } from "../../src/sync/outage.ts";
import { SIGN_INS } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { useRedis } from "../support/use-redis.ts";
import { cardfile } from "./connector.ts";
import { type Peer, startPeer } from "./peer.ts";

let peer: Peer;
let reports: CallReport[];

beforeEach(async () => {
  reports = [];
  peer = await startPeer();
});
afterEach(() => peer.close());

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function connect(requestTimeoutMs = 5_000): Connector {
  const environment = {
    ...SIGN_INS,
    CRM: "cardfile",
    CARDFILE_URL: peer.url,
    CARDFILE_TOKEN: "token",
  };
  const [chosen] = loadConfig(environment, [cardfile]).crms;
  if (chosen === undefined) throw new Error("no CRM was chosen");
  const services = { pacer: unpaced, log, requestTimeoutMs };
  return chosen.connect({ ...services, onCall: (report) => void reports.push(report) });
}

function harness(): Harness {
  return {
    connector: connect(),
    impatient: connect(150),
    contact: { object: "card", key: "bookingbug", email: "email", name: "surname" },
    appointment: {
      object: "visit",
      key: "bookingbug",
      title: "title",
      start: "starts",
      end: "ends",
      titleLength: 100,
    },
    batchSize: 50,
    appointmentBasics: { starts: "2036-03-10T11:30:00Z" },
    badAppointment: { title: "x".repeat(101) },
    namesRefused: false,
    cancelled: { state: "cancelled" },
    twin: "created",
    renewsCredentials: false,
    link: (toId) => ({ via: "person", toObject: "card", toId }),
    records: (object) => peer.records(object),
    linked: (id) =>
      peer
        .records("visit")
        .find((one) => one.id === id)
        ?.links.map(({ to }) => to) ?? [],
    seed: (object, values) => peer.seed(object, values),
    remove: (object, id) => peer.remove(object, id),
    merge: (object, survivor, other) => peer.merge(object, survivor, other),
    calls: () => reports.filter(({ operation, status }) => operation !== "probe" && status === 200).length,
    fail: (fault, times = 1) => peer.fail(fault, times),
  };
}

const check: Check = {
  equal: (actual, expected) => expect(actual).toEqual(expected),
  async rejects(promise, kind) {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ kind });
    return error as Error;
  },
};

/** As who writes connectors as classes would have it. */
class CardfileConnector implements Connector {
  readonly #inner = connect();
  get crm() {
    return this.#inner.crm;
  }
  find = (query: Parameters<Connector["find"]>[0]) => this.#inner.find(query);
  save(write: Parameters<Connector["save"]>[0]) {
    return this.#inner.save(write);
  }
  describe(object: string) {
    return this.#inner.describe(object);
  }
  probe() {
    return this.#inner.probe();
  }
  recordUrl(object: string, id: string) {
    return this.#inner.recordUrl(object, id);
  }
  close() {
    return this.#inner.close();
  }
}

describe("a connector that is a class", () => {
  const redis = useRedis();

  it("has all its methods where its calls are watched for outages", async () => {
    const keys = createKeys("{third-crm}");
    const outage = createOutage({ redis: redis(), keys, crm: "cardfile", onError: () => {} });
    const connector = outage.witness(new CardfileConnector());
    await connector.probe();
    expect((await connector.describe("card")).fields).not.toEqual([]);
    expect(connector.recordUrl("card", "1")).toContain("1");
    expect(connector.objectNames).toBeUndefined();
    await connector.close();
    await eventually(async () => expect((await outage.look()).answeredAt).toBeGreaterThan(0));
  });
});

describe("a connector for a third CRM", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_title, one) => {
    const ours = harness();
    if (one.appliesTo?.(ours) !== false) await one.run(ours, check);
  });
});

describe("a mapping for a third CRM", () => {
  const mapping = parseMapping(readFileSync("test/third-crm/cardfile.yaml", "utf8"), "cardfile.yaml");

  it("fits the CRM's own metadata", async () => {
    expect(await checkMappings({ mappings: [mapping] }, [connect()])).toEqual([]);
  });

  it("makes records that the CRM takes", async () => {
    const connector = connect();
    const state = stateOf(sample("purchase-created"));
    const ids = new Map<string, { object: string; id: string }>();
    for (const { object, identity, fields, links, key } of plansOf(state, () => mapping)) {
      const values = Object.fromEntries(fields.map(({ field, value }) => [field, value]));
      const { field, value = "" } = identity;
      const target = { by: "external_id", field, value, expect: "new" } as const;
      const linked = links.flatMap(({ via, to }) => {
        const found = ids.get(to);
        return found === undefined ? [] : [{ via, toObject: found.object, toId: found.id }];
      });
      const { id } = await connector.save({ object, target, values, links: linked });
      ids.set(key, { object, id });
    }
    expect(peer.records("card").map(({ values }) => values)).toEqual([
      { bookingbug: "3056937", surname: "Gladden", email: "test@bookingbug.com" },
    ]);
    expect(peer.records("visit")).toMatchObject([
      { values: { bookingbug: "13477736", starts: "2017-03-10T11:30:00Z" }, links: [{ via: "person", to: "card-1" }] },
    ]);
  });
});
