/** Writes in the timelines what was done from a terminal. */

import type { Tools } from "../app/tools.ts";
import type { ActionEntry } from "../synclog/entries.ts";
import { createSyncLog } from "../synclog/sync-log.ts";

const AT_ONCE = 200;

/** @param action as the dashboard notes it; done by `crm-sync` */
export async function note(
  tools: Tools,
  purchaseIds: readonly string[],
  action: Omit<ActionEntry, "kind" | "at" | "by">,
): Promise<void> {
  const { redis, keys, config } = tools;
  const syncLog = createSyncLog({ redis, keys, crms: [action.crm], retentionDays: config.retentionDays });
  const entry: ActionEntry = { kind: "action", at: new Date().toISOString(), by: "crm-sync", ...action };
  for (let from = 0; from < purchaseIds.length; from += AT_ONCE) {
    await syncLog.recordAction(purchaseIds.slice(from, from + AT_ONCE), entry);
  }
}
