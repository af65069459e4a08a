/** Whether the CRM still holds what a repair is to write over: somebody may have edited it since it was looked at. */
import type { Connector } from "../../connectors/connector.ts";
import { isSameValue } from "../sync/same-value.ts";
import { type Found, findNow } from "./found.ts";
import { areStillLost } from "./lost-links.ts";
import type { Repair, RepairedField } from "./repair.ts";

/** @throws CrmError where the CRM does not answer */
export async function isStillSo(connector: Pick<Connector, "find" | "associations">, repair: Repair): Promise<boolean> {
  const ask = async (): Promise<Found> =>
    await findNow(connector, repair, { select: valuesIn(repair).map(({ field }) => field) });
  const first = await ask();
  // Asked for beside the record that it was merged into, it may look deleted.
  const isUnsure = repair.kind === "followed" && first.kind === "deleted";
  const found = isUnsure ? await ask() : first;
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
