/** What the CRM holds of a record now, where it has it and lets us read it. */
import type { Connector, FieldValues } from "../../connectors/connector.ts";
import { MisconfiguredError, NotFoundError, type RecordPlace } from "../../connectors/errors.ts";

export type Found =
  | { readonly kind: "there"; readonly values: FieldValues }
  | { readonly kind: "deleted" }
  | { readonly kind: "unread" }
  | { readonly kind: "merged"; readonly into: string };

/** @throws CrmError where the CRM does not answer */
export async function findNow(
  connector: Pick<Connector, "find">,
  { object, id }: RecordPlace,
  fields: { readonly select: readonly string[]; readonly also?: readonly string[] },
): Promise<Found> {
  try {
    const found = (await connector.find({ object, by: { id }, ...fields })).find((one) => one.id === id);
    return found === undefined ? { kind: "deleted" } : { kind: "there", values: found.values };
  } catch (error) {
    if (error instanceof MisconfiguredError) return { kind: "unread" };
    if (!(error instanceof NotFoundError)) throw error;
    return error.survivorId === undefined ? { kind: "deleted" } : { kind: "merged", into: error.survivorId };
  }
}
