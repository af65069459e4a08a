/** Whether the CRM still holds what a repair is to write over: somebody may have edited it since it was looked at. */
import type { Connector, FieldValue } from "../../connectors/connector.ts";
import { MisconfiguredError, NotFoundError } from "../../connectors/errors.ts";
import { isSameValue } from "../sync/same-value.ts";
import { areStillLost } from "./lost-links.ts";
import type { Repair, RepairedField } from "./repair.ts";

type Found =
  | { readonly kind: "there"; readonly values: Readonly<Record<string, FieldValue>> }
  | { readonly kind: "deleted" | "unread" }
  | { readonly kind: "merged"; readonly into: string };

/** @throws CrmError where the CRM does not answer */
export async function isStillSo(connector: Pick<Connector, "find" | "associations">, repair: Repair): Promise<boolean> {
  const first = await findNow(connector, repair);
  // Asked for beside the record that it was merged into, it may look deleted.
  const isUnsure = repair.kind === "followed" && first.kind === "deleted";
  const found = isUnsure ? await findNow(connector, repair) : first;
  switch (repair.kind) {
    case "written_back":
      return (
        found.kind === "there" &&
        valuesIn(repair).every(({ field, theirs }) => isSameValue(theirs, found.values[field] ?? null)) &&
        (await areStillLost(connector, repair, associationsIn(repair)))
      );
    case "recreated":
      return found.kind === "deleted";
    case "followed":
      return found.kind === "merged" && found.into === repair.into;
  }
}

/** What a find tells: a link that is a field, too. */
function valuesIn({ fields }: Repair): readonly RepairedField[] {
  return fields.filter(({ associated }) => associated === undefined);
}

function associationsIn({ fields }: Repair): readonly RepairedField[] {
  return fields.filter(({ associated }) => associated !== undefined);
}

async function findNow(connector: Pick<Connector, "find">, repair: Repair): Promise<Found> {
  const { object, id } = repair;
  const select = valuesIn(repair).map(({ field }) => field);
  try {
    const found = (await connector.find({ object, by: { id }, select })).find((one) => one.id === id);
    return found === undefined ? { kind: "deleted" } : { kind: "there", values: found.values };
  } catch (error) {
    if (error instanceof MisconfiguredError) return { kind: "unread" };
    if (!(error instanceof NotFoundError)) throw error;
    return error.survivorId === undefined ? { kind: "deleted" } : { kind: "merged", into: error.survivorId };
  }
}
