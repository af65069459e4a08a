/** A round's records, soonest appointments first, gathered into batches that fill a CRM's calls. */
import type { Place } from "../redis/in-order.ts";
import { placeOf } from "./place.ts";
import type { Recorded, RecordedPurchase } from "./recorded.ts";

/** As many as any CRM is known to read in a call, be it their associations alone, and a multiple of what others do. */
const BATCH = 1_000;
const PAGE = 200;
/** Of an object with few records, a batch waits for so many purchases to be filled: who takes over goes back as far. */
const LONGEST_WAIT = 5_000;

export interface Batch {
  readonly records: readonly Recorded[];
  /** The last purchase of which nothing is left once this is looked at. */
  readonly after: Place | undefined;
}

interface Waiting {
  readonly recorded: Recorded;
  readonly before: Place | undefined;
  readonly number: number;
}

export interface BatchesDeps {
  soonest(after: Place | undefined, limit: number): Promise<readonly Place[]>;
  recordedBy(purchaseId: string): Promise<RecordedPurchase>;
  looked(records: readonly Recorded[]): Promise<readonly boolean[]>;
  /** Told of each purchase once it is met. */
  onPurchase(place: Place, found: RecordedPurchase): Promise<void>;
}

/** What waits for a batch to be filled, by object. */
class Gathering {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly inHand = new Set<string>();
  private number = 0;
  last: Place | undefined;

  constructor(from: Place | undefined) {
    this.last = from;
  }

  add(place: Place, records: readonly Recorded[]): void {
    const before = this.last;
    this.number += 1;
    for (const recorded of records) {
      if (this.inHand.has(placeOf(recorded))) continue;
      this.inHand.add(placeOf(recorded));
      const some = this.waiting.get(recorded.object) ?? [];
      some.push({ recorded, before, number: this.number });
      this.waiting.set(recorded.object, some);
    }
    this.last = place;
  }

  *full(): Generator<Batch> {
    for (const [object, some] of [...this.waiting]) {
      const waits = this.number - (some[0]?.number ?? this.number);
      if (some.length >= BATCH || waits > LONGEST_WAIT) yield this.take(object);
    }
  }

  *rest(): Generator<Batch> {
    for (const object of [...this.waiting.keys()]) yield this.take(object);
  }

  private take(object: string): Batch {
    const some = this.waiting.get(object) ?? [];
    // One more than fills a call is a call of its own.
    const records = some.splice(0, BATCH).map(({ recorded }) => recorded);
    if (some.length === 0) this.waiting.delete(object);
    for (const one of records) this.inHand.delete(placeOf(one));
    const earliest = [...this.waiting.values()]
      .flatMap((some) => some.slice(0, 1))
      .reduce<Waiting | undefined>(
        (best, one) => (best === undefined || one.number < best.number ? one : best),
        undefined,
      );
    return { records, after: earliest === undefined ? this.last : earliest.before };
  }
}

/** Each record once, however many purchases share it. */
export async function* batchesOf(deps: BatchesDeps, from: Place | undefined): AsyncGenerator<Batch> {
  const gathering = new Gathering(from);
  for (;;) {
    const page = await deps.soonest(gathering.last, PAGE);
    const found = await Promise.all(page.map(async (place) => ({ place, purchase: await deps.recordedBy(place.id) })));
    for (const { place, purchase } of found) {
      await deps.onPurchase(place, purchase);
      const records = purchase.kind === "settled" ? purchase.records : [];
      // Asked here and not for the page: what was in hand may have been looked at since.
      const isLooked = await deps.looked(records);
      gathering.add(
        place,
        records.filter((_, index) => !isLooked[index]),
      );
      yield* gathering.full();
    }
    if (page.length < PAGE) break;
  }
  yield* gathering.rest();
}
