/** A pass goes by one edition of the mappings from beginning to end, whatever comes into force meanwhile [W8]. */
import { expect, it } from "@jest/globals";
import type { Connector, RecordWrite } from "../../connectors/connector.ts";
import { createInbox } from "../../src/inbox/inbox.ts";
import { parseMappings } from "../../src/mapping/parse-all.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks } from "../../src/redis/locks.ts";
import { createLedger } from "../../src/sync/ledger.ts";
import { createLookUpCache } from "../../src/sync/look-up-cache.ts";
import type { PassDeps } from "../../src/sync/pass.ts";
import { alone } from "../../src/sync/reconcile.ts";
import { sample } from "../support/payloads.ts";
import { useRedis } from "../support/use-redis.ts";

const crm = "hubspot";
const purchaseId = "11610441";
const keys = createKeys("{one-edition-test}");
const redis = useRedis();

/** An edition that writes this to the field. */
const edition = (value: string) =>
  parseMappings([
    {
      file: "hubspot.yaml",
      text: `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    fields: { what: ${value} }
`,
    },
  ]);

it("what comes into force after it began is for the next pass", async () => {
  const deps = { redis: redis(), keys };
  const inbox = createInbox({ ...deps, crms: [crm], retentionDays: 30 });
  await inbox.store({
    deliveryId: "one",
    purchaseId,
    route: "bookings",
    receivedAt: "2026-11-24T10:00:00.000Z",
    bookingIds: ["13477736"],
    body: JSON.stringify(sample("purchase-created")),
  });
  const written: RecordWrite[] = [];
  const connector: Connector = {
    crm,
    find: async () => [],
    save: async (write) => {
      written.push(write);
      return { id: "1", created: true };
    },
    describe: () => Promise.reject(new Error("nobody asks")),
    probe: async () => {},
    recordUrl: () => "",
    close: async () => {},
  };
  // Each time that it is asked, the other one is in force.
  const editions = [edition("client.first_name"), edition("client.booking_count")];
  let asked = 0;
  const pass: PassDeps = {
    ...{ crm, inbox, connector, lookUps: createLookUpCache() },
    locks: createLocks({ ...deps, ttlMs: 30_000, waitMs: 0 }),
    ledger: createLedger({ ...deps, crm, retentionDays: 30 }),
    policy: { unflaggedCancellation: "hold", absent: "hold" },
    mappings: () => {
      const now = editions[asked % 2];
      asked += 1;
      return now ?? { mappings: [] };
    },
    dropForgotten: async () => false,
    ask: async () => {},
    noteAsked: async () => {},
    lookAgain: async () => {},
  };
  await alone(pass, purchaseId, (run) => run());
  expect(written.map(({ values }) => values.what)).toEqual(["Test"]);
});
