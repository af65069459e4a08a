/**
 * Whether a CRM holds what its ledger says we wrote to it: each record, and each mapped field. Read in full batches within a
 * share of the day's calls; what differs is listed, and nothing is written.
 */
import type { Connector, CrmRecord, FieldValue } from "../../../connectors/connector.ts";
import { CrmError, NotFoundError } from "../../../connectors/errors.ts";
import { isSameValue } from "../../sync/same-value.ts";
import { type Held, type HeldDeps, type HeldPurchase, heldPurchases } from "./held.ts";

export interface VerdictDeps extends HeldDeps {
  readonly connector: Pick<Connector, "find">;
  /** Calls that the CRM allows in a day; undefined while it has not said. */
  readonly callsADay: number | undefined;
  /** Ends it before its next call; it begins anew when it is asked for again. */
  readonly signal?: AbortSignal;
}

export interface FieldDifference {
  readonly field: string;
  /** As we last wrote it. */
  readonly written: FieldValue;
  readonly now: FieldValue;
}

/** `gone`: the CRM has no such record any more. `merged`: another one is left of it. */
export type Difference = Pick<Held, "purchaseId" | "section" | "object" | "id"> &
  (
    | { readonly kind: "gone" }
    | { readonly kind: "merged"; readonly into: string }
    | { readonly kind: "differs"; readonly fields: readonly FieldDifference[] }
  );

export interface Verdict {
  readonly crm: string;
  /** `share_used`: older purchases were not looked at. */
  readonly outcome:
    | { readonly kind: "complete" | "share_used" }
    | { readonly kind: "broke_off"; readonly error: CrmError };
  readonly purchases: number;
  /** Purchases of which something waits, failed or is held: nothing is said of them. */
  readonly underWay: number;
  /** Records that were looked at; those that changed meanwhile are not among them. */
  readonly records: number;
  readonly calls: number;
  readonly different: Readonly<Record<Difference["kind"], number>>;
  /** The first of what differs, what is gone before what was merged, and that before what has other values. */
  readonly differences: readonly Difference[];
}

/** HubSpot reads so many in a call; Salesforce more. */
const PER_CALL = 100;
/** Of the calls of a day, one in so many. */
const SHARE = 20;
/** Where the CRM has not said how many there are. */
const CALLS_UNTOLD = 500;
const NAMED = 100;

/**
 * @param onLook told after each call how many records were looked at
 * @throws what the signal was aborted with
 */
export async function verdictOn(deps: VerdictDeps, onLook: (records: number) => void = () => {}): Promise<Verdict> {
  const allowed = deps.callsADay === undefined ? CALLS_UNTOLD : Math.floor(deps.callsADay / SHARE);
  const different = { gone: 0, merged: 0, differs: 0 };
  const counts = { purchases: 0, underWay: 0, records: 0, calls: 0 };
  const named: Readonly<Record<Difference["kind"], Difference[]>> = { gone: [], merged: [], differs: [] };

  function tell(judged: Judged): void {
    if (judged === "changed_meanwhile") return;
    counts.records += 1;
    if (judged === "same") return;
    different[judged.kind] += 1;
    if (named[judged.kind].length < NAMED) named[judged.kind].push(judged);
  }

  async function walk(): Promise<Verdict["outcome"]> {
    for await (const batch of batchesOf(countPurchases(heldPurchases(deps)))) {
      deps.signal?.throwIfAborted();
      if (counts.calls === allowed) return { kind: "share_used" };
      counts.calls += 1;
      for (const judged of await lookAt(deps.connector, batch)) tell(judged);
      onLook(counts.records);
    }
    return { kind: "complete" };
  }

  async function* countPurchases(purchases: AsyncIterable<HeldPurchase>): AsyncGenerator<Held> {
    for await (const purchase of purchases) {
      counts.purchases += 1;
      if (purchase.kind === "under_way") counts.underWay += 1;
      else yield* purchase.held;
    }
  }

  const outcome = await walk().catch((error: unknown): Verdict["outcome"] => {
    if (!(error instanceof CrmError)) throw error;
    return { kind: "broke_off", error };
  });
  const differences = [...named.gone, ...named.merged, ...named.differs].slice(0, NAMED);
  return { crm: deps.crm, outcome, ...counts, different, differences };
}

/** Full ones of one object each, and what is left in the end. A record that several purchases share is in one of them. */
async function* batchesOf(all: AsyncIterable<Held>): AsyncGenerator<readonly Held[]> {
  const seen = new Set<string>();
  const waiting = new Map<string, Held[]>();
  for await (const held of all) {
    const key = `${held.object}\n${held.id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const batch = [...(waiting.get(held.object) ?? []), held];
    waiting.set(held.object, batch);
    if (batch.length < PER_CALL) continue;
    waiting.delete(held.object);
    yield batch;
  }
  yield* waiting.values();
}

type Judged = "same" | "changed_meanwhile" | Difference;

/** @param batch of one object, which the connector makes one call of */
async function lookAt(connector: Pick<Connector, "find">, batch: readonly Held[]): Promise<Judged[]> {
  const select = [...new Set(batch.flatMap(({ values }) => Object.keys(values)))];
  return await Promise.all(
    batch.map(async (held) => {
      const difference = differenceOf(held, await findHeld(connector, held, select));
      if (difference === undefined) return "same";
      return (await held.stillSo()) ? difference : "changed_meanwhile";
    }),
  );
}

async function findHeld(
  connector: Pick<Connector, "find">,
  { object, id }: Held,
  select: readonly string[],
): Promise<CrmRecord | NotFoundError> {
  try {
    const found = (await connector.find({ object, by: { id }, select })).find((record) => record.id === id);
    return found ?? new NotFoundError(`The CRM has no ${object} with the id we know.`);
  } catch (error) {
    if (error instanceof NotFoundError) return error;
    throw error;
  }
}

function differenceOf(
  { values, stillSo: _, ...where }: Held,
  found: CrmRecord | NotFoundError,
): Difference | undefined {
  const { purchaseId, section, object, id } = where;
  const place = { purchaseId, section, object, id };
  if (found instanceof NotFoundError) {
    const { survivorId } = found;
    return survivorId === undefined ? { ...place, kind: "gone" } : { ...place, kind: "merged", into: survivorId };
  }
  const fields = Object.entries(values).flatMap(([field, written]) => {
    const now = found.values[field] ?? null;
    return isSameValue(written, now) ? [] : [{ field, written, now }];
  });
  return fields.length === 0 ? undefined : { ...place, kind: "differs", fields };
}
