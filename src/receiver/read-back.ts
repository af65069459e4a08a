/** What was read back of a purchase goes into the inbox as what was posted does, except that nobody waits for an answer. */
import { randomUUID } from "node:crypto";
import { identify, recognise } from "../booking/recognise.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Suppression } from "../inbox/suppression.ts";
import { peopleOf } from "./people-of.ts";
import { storable } from "./storable.ts";

export interface ReadBackDeps {
  readonly inbox: Pick<Inbox, "storeUnlessNewer">;
  readonly enqueuer: Pick<Enqueuer, "soon">;
  readonly suppression: Pick<Suppression, "wanted">;
}

export interface ReadBack {
  readonly purchaseId: string;
  /** As BookingBug answered; it is changed here. */
  readonly body: unknown;
  /** The purchase's newest number before it was read. */
  readonly newest: number;
}

/**
 * `overtaken`: something came since the purchase was read, and may be newer. `forgotten`: it is somebody's who asked for that.
 * `unreadable`: it is not that purchase.
 */
export type Taken = "stored" | "overtaken" | "forgotten" | "unreadable";

export async function takeReadBack(deps: ReadBackDeps, { purchaseId, body, newest }: ReadBack): Promise<Taken> {
  const recognised = recognise(body);
  if (recognised.kind !== "purchase") return "unreadable";
  const item = identify(recognised);
  if (item.purchaseId !== purchaseId) return "unreadable";
  const wanted = await deps.suppression.wanted([{ body }], peopleOf);
  if (wanted.length === 0) return "forgotten";
  const head = { deliveryId: randomUUID(), route: "read_back", receivedAt: new Date().toISOString() } as const;
  const isStored = await deps.inbox.storeUnlessNewer({ ...head, ...item, body: storable(body) }, newest);
  if (!isStored) return "overtaken";
  deps.enqueuer.soon(purchaseId);
  return "stored";
}
