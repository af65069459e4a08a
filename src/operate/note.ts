/** Writes in the timelines what somebody did. */
import type { ActionEntry } from "../synclog/entries.ts";
import type { OperateDeps } from "./deps.ts";

const AT_ONCE = 200;

/** In groups that are no burden for Redis. */
export async function inGroups(
  purchaseIds: readonly string[],
  work: (some: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < purchaseIds.length; from += AT_ONCE) await work(purchaseIds.slice(from, from + AT_ONCE));
}

/** @param action without personal data */
export async function note(
  { syncLog }: Pick<OperateDeps, "syncLog">,
  purchaseIds: readonly string[],
  action: Omit<ActionEntry, "kind" | "at">,
): Promise<void> {
  const entry: ActionEntry = { kind: "action", at: new Date().toISOString(), ...action };
  await inGroups(purchaseIds, (some) => syncLog.recordAction(some, entry));
}
