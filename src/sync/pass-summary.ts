/** What a pass did, in numbers: for the log and the queue, where personal data has no place. */
import type { PassReport } from "./pass.ts";

export interface PassSummary {
  readonly purchaseId: string;
  readonly deliveryIds: readonly string[];
  readonly records: readonly { readonly key: string; readonly action: string; readonly fields: number }[];
}

export function summarise({ purchaseId, deliveryIds, records }: PassReport): PassSummary {
  return {
    purchaseId,
    deliveryIds,
    records: records.map(({ key, action, changes }) => ({ key, action, fields: changes.length })),
  };
}
