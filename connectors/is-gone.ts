import type { CrmRecord, FindQuery } from "./connector.ts";
import { NotFoundError } from "./errors.ts";

/**
 * Whether a record that the CRM says it does not know is gone indeed. One that can be read is not: then the CRM, or whoever stands
 * before it, meant something else. @throws CrmError when the look fails, which says nothing of the record
 */
export async function isGone(
  find: (query: FindQuery) => Promise<readonly CrmRecord[]>,
  object: string,
  id: string,
): Promise<boolean> {
  try {
    return (await find({ object, by: { id }, select: [] })).length === 0;
  } catch (error) {
    // Merged into another record.
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}
