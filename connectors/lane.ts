/**
 * Gathers single requests into batches. A lane is one kind of batch call (one object, one operation).
 *
 * A first request waits `gatherMs` for company, and as long again while company comes, so that a lone request is hardly held
 * back; where the last call was more than half full, it waits longer, since more are on their way. While a call is under way, or
 * while the pacer makes us wait, further requests pile up and leave together. A second call beside the first leaves only with a
 * full batch: calls are what is scarce.
 */
import { UnavailableError } from "./errors.ts";

/** Ends one paced request; see `Pacer.acquire`. */
export type Permit = () => void;

export interface LaneOptions<Item, Answer> {
  readonly maxSize: number;
  /** Most items of the next call, where that may be fewer; it never rejects. */
  readonly size?: () => Promise<number>;
  /** Milliseconds. */
  readonly gatherMs: number;
  /** Calls of this lane under way at once. */
  readonly maxInFlight: number;
  /** Items with the same key never share a batch and are sent in the order they came. */
  readonly keyOf: (item: Item) => string;
  readonly acquire: () => Promise<Permit>;
  /**
   * Sends one batch under the permit, and answers for each item in order: its answer, or the Error that is its own.
   * Rejecting answers every item of the batch with that error.
   */
  readonly run: (items: readonly Item[], permit: Permit) => Promise<readonly (Answer | Error)[]>;
}

/** A stream that never ends is not waited for. */
const MAX_GATHERINGS = 10;
/** How many times longer is waited in a crowd: a busy process comes to each of its passes in turn. */
const CROWD_PATIENCE = 20;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly key: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a lane; the returned function asks it for one item. */
export function createLane<Item, Answer>(options: LaneOptions<Item, Answer>): (item: Item) => Promise<Answer> {
  const queue: Waiting<Item, Answer>[] = [];
  const keysInFlight = new Set<string>();
  let inFlight = 0;
  let acquiring = false;
  let timer: NodeJS.Timeout | undefined;
  let size = options.maxSize;
  let isCrowded = false;

  function schedule(): void {
    if (queue.length >= size) void pump();
    else if (timer === undefined) gather(queue.length, MAX_GATHERINGS);
  }

  function gather(company: number, left: number): void {
    const waitMs = isCrowded ? CROWD_PATIENCE * options.gatherMs : options.gatherMs;
    timer = setTimeout(() => {
      if (queue.length > company && left > 1) gather(queue.length, left - 1);
      else void pump();
    }, waitMs);
  }

  async function pump(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (acquiring || inFlight >= options.maxInFlight || !isWorthACall()) return;
    acquiring = true;
    let permit: Permit;
    try {
      permit = await options.acquire();
      size = (await options.size?.()) ?? options.maxSize;
    } catch (error) {
      for (const waiting of queue.splice(0)) waiting.reject(error);
      return;
    } finally {
      acquiring = false;
    }
    void send(take(), permit);
    if (queue.length > 0) schedule();
  }

  function isWorthACall(): boolean {
    return inFlight === 0 ? queue.some(isFree) : queue.filter(isFree).length >= size;
  }

  function isFree(waiting: Waiting<Item, Answer>): boolean {
    return !keysInFlight.has(waiting.key);
  }

  function take(): Waiting<Item, Answer>[] {
    const batch: Waiting<Item, Answer>[] = [];
    const later: Waiting<Item, Answer>[] = [];
    for (const waiting of queue.splice(0)) {
      if (batch.length < size && isFree(waiting)) {
        keysInFlight.add(waiting.key);
        batch.push(waiting);
      } else later.push(waiting);
    }
    queue.push(...later);
    return batch;
  }

  async function send(batch: readonly Waiting<Item, Answer>[], permit: Permit): Promise<void> {
    inFlight += 1;
    try {
      if (batch.length === 0) return;
      isCrowded = batch.length > size / 2;
      const answers = await options.run(
        batch.map((waiting) => waiting.item),
        permit,
      );
      for (const [index, waiting] of batch.entries()) settle(waiting, answers[index]);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      permit();
      inFlight -= 1;
      for (const waiting of batch) keysInFlight.delete(waiting.key);
      if (queue.length > 0) schedule();
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, key: options.keyOf(item), resolve, reject });
      schedule();
    });
}

function settle<Item, Answer>(waiting: Waiting<Item, Answer>, answer: Answer | Error | undefined): void {
  if (answer instanceof Error) waiting.reject(answer);
  else if (answer === undefined) {
    // A 2xx that says nothing about a record is not a success; comparable integrations lost bookings this way.
    waiting.reject(new UnavailableError("The CRM accepted the batch but said nothing about this record."));
  } else waiting.resolve(answer);
}
