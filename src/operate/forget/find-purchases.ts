/** The purchases that something kept of them says are a person's. */
import type { PurchaseState } from "../../booking/types.ts";
import type { TimelineEntry } from "../../synclog/entries.ts";
import { emailTrait } from "../../synclog/traits.ts";
import { mentionFinder } from "./known-by.ts";
import { emailFinder } from "./mentions.ts";
import { type Person, peopleOf } from "./person.ts";
import { type Store, stateIn, storedCopies, storedTimelines } from "./stored.ts";

/** How many purchases each place named, and how many copies it has. */
export interface Searched {
  /** Notifications that wait or are settled, and the CRMs' ledgers. */
  readonly copies: number;
  readonly timelineEntries: number;
  /** Copies that mention one of the ids, and entries, that this version cannot read. */
  readonly unreadable: number;
}

export interface FoundPurchases {
  readonly purchaseIds: ReadonlySet<string>;
  readonly searched: Searched;
}

export async function findPurchases(deps: Store, person: Person): Promise<FoundPurchases> {
  const found = new Set(await foundBySearch(deps, person));
  const mentions = mentionFinder(person);
  const hasEmail = emailFinder(person);
  let [copies, timelineEntries, unreadable] = [0, 0, 0];
  for await (const copy of storedCopies(deps)) {
    copies += 1;
    if (found.has(copy.purchaseId) || !mentions(copy.text)) continue;
    const state = hasEmail(copy.text) ? undefined : stateIn(copy);
    if (state === "broken") unreadable += 1;
    else if (state === undefined ? hasEmail(copy.text) : isFor(state, person)) found.add(copy.purchaseId);
  }
  for await (const { purchaseId, text, entry } of storedTimelines(deps)) {
    timelineEntries += 1;
    if (entry === undefined) unreadable += 1;
    if (hasEmail(withoutEditors(text, entry))) found.add(purchaseId);
  }
  return { purchaseIds: found, searched: { copies, timelineEntries, unreadable } };
}

/** Who edited a record in the CRM is not whom it is about. */
function withoutEditors(text: string, entry: TimelineEntry | undefined): string {
  if (entry?.kind !== "drift") return text;
  return JSON.stringify(entry, (name, value: unknown) => (name === "by" ? undefined : value));
}

function isFor(state: PurchaseState, { clientIds }: Person): boolean {
  return peopleOf(state).some(({ clientId }) => clientId !== undefined && clientIds.has(clientId));
}

/** By the digests of their e-mails, which outlive what stated them. */
async function foundBySearch({ redis, keys }: Store, { emails }: Person): Promise<string[]> {
  const found: string[] = [];
  for (const { kind, value } of [...emails].flatMap(emailTrait)) {
    found.push(...(await redis.zrange(keys.trait(kind, value), 0, "-1")));
  }
  return found;
}
