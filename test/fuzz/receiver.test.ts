/** Whatever is posted, it is understood or refused; and what is understood can be folded and mapped. Nothing throws. */
import { beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import { randomFrom, wildRequest } from "../../bench/mutations.ts";
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { PurchaseState } from "../../src/booking/types.ts";
import { loadMappings } from "../../src/mapping/loader.ts";
import { MappingError } from "../../src/mapping/problems.ts";
import { type MappingSet, NoMappingError, selectMapping } from "../../src/mapping/set.ts";
import { storable } from "../../src/receiver/storable.ts";
import { understand } from "../../src/receiver/understand.ts";
import { planPurchase } from "../../src/sync/plan-purchase.ts";

const MAX_BYTES = 1_048_576;
const ARRIVAL = { receivedAt: "2036-01-01T00:00:00.000Z", route: "bookings" } as const;
const POLICY = { unflaggedCancellation: "hold", absent: "hold" } as const;

const prototypeNames = Object.getOwnPropertyNames(Object.prototype);
let mappings: MappingSet;
beforeAll(async () => {
  mappings = await loadMappings("mappings");
});

/** @returns what came of a body, after the whole way that does not need Redis or a CRM */
async function takeIn(bytes: Buffer, contentType?: string, contentEncoding?: string): Promise<string> {
  const upload = { kind: "whole", bytes } as const;
  const understood = await understand({ route: "bookings", contentType, contentEncoding, upload }, MAX_BYTES);
  if (understood.kind !== "notifications") return understood.kind;
  let state: PurchaseState | undefined;
  for (const [index, { purchaseId, body }] of understood.items.entries()) {
    const parsed = parseNotification(JSON.parse(storable(body)));
    if (parsed.kind !== "purchase") throw new Error(`understood, then ${parsed.kind}`);
    const notification = { ...parsed.notification, purchaseId };
    ({ state } = foldNotification(state, { ...ARRIVAL, seq: index + 1, order: index + 1, notification }, POLICY));
    for (const crm of ["salesforce", "hubspot"]) {
      const { failures } = planPurchase(state, (companies) => selectMapping(mappings, crm, companies));
      for (const { error } of failures) {
        if (!(error instanceof MappingError || error instanceof NoMappingError)) throw error;
      }
    }
  }
  return understood.kind;
}

it("bent samples", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { headers, body } = wildRequest(randomFrom(seed));
      outcomes.add(await takeIn(body, headers["content-type"], headers["content-encoding"]));
    }),
    // These once made a company's id, and a booking's status, an object that can be turned into neither a text nor a number.
    { numRuns: 1_500, examples: [[553904050], [1709334243]] },
  );
  // The samples were bent with `__proto__` and its like.
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototypeNames);
  expect([...outcomes].sort()).toEqual(["notifications", "unreadable"]);
});

it("any JSON", async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => void (await takeIn(Buffer.from(text)))),
    { numRuns: 1_000 },
  );
});

it("any bytes, under any name", async () => {
  const encodings = fc.option(fc.constantFrom("gzip", "deflate", "br", "identity", "zstd"), { nil: undefined });
  const bytes = fc.uint8Array({ maxLength: 2_000 });
  await fc.assert(
    fc.asyncProperty(bytes, fc.string(), encodings, async (body, type, encoding) => {
      await takeIn(Buffer.from(body), type, encoding);
    }),
    { numRuns: 1_000 },
  );
});
