/** Whose word counts in a field that somebody is asked about: BookingBug's is written back, the CRM's stays until ours changes. */
import { type Repair, sidesOf } from "./repair.ts";
import type { DriftStore } from "./store.ts";

export interface Decision {
  readonly object: string;
  readonly id: string;
  readonly field: string;
  readonly take: "bookingbug" | "crm";
}

/** Nobody is asked about the field. */
export class NothingToDecideError extends Error {
  readonly kind = "nothing_to_decide";
  override readonly name = "NothingToDecideError";
}

/** @returns what is to be written, where anything is. @throws NothingToDecideError */
export async function decideDrift(
  store: Pick<DriftStore, "amend">,
  { object, id, field, take }: Decision,
): Promise<Repair | undefined> {
  let repair: Repair | undefined;
  await store.amend({ object, id }, (entry) => {
    const asked = entry?.kind === "drifted" ? entry.fields.find((one) => one.field === field) : undefined;
    // Who left it to the CRM may think better of it.
    if (entry?.kind !== "drifted" || (asked?.asks !== "hold" && asked?.asks !== "leave")) {
      throw new NothingToDecideError(
        `Nobody is asked about ${field} of ${object} ${id}; crm-sync drift lists what is.`,
      );
    }
    // The pass that writes it takes it off; should none, the next round asks again.
    const asks = take === "crm" ? "leave" : "write_back";
    const { purchaseId, section } = entry;
    if (take === "bookingbug") {
      repair = { kind: "written_back", purchaseId, section, object, id, fields: [sidesOf(asked)] };
    }
    return { ...entry, fields: entry.fields.map((one) => (one === asked ? { ...one, asks } : one)) };
  });
  return repair;
}
