/** Writes to a record what it held before, and nothing else. */
import type { Connector, FieldValues } from "../../../connectors/connector.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import type { WrittenRecord } from "./written.ts";

/**
 * @param known what the ledger says we wrote to it
 * @throws CrmError
 */
export async function giveBack(
  connector: Pick<Connector, "find" | "save" | "reckonedTogether">,
  { object, id }: WrittenRecord,
  values: FieldValues,
  known: AppliedRecord | undefined,
): Promise<void> {
  const together = connector.reckonedTogether?.(object) ?? [];
  const staying = together.filter((field) => !(field in values) && known?.values[field] !== undefined);
  const isOne = staying.length > 0 && together.some((field) => field in values);
  // What is written of them is what the CRM would else reckon anew.
  const [held] = isOne ? await connector.find({ object, by: { id }, select: staying }) : [];
  await connector.save({ object, target: { by: "id", id }, values: { ...held?.values, ...values }, links: [] });
}
