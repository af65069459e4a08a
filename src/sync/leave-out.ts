/**
 * Writes without the fields that the CRM refuses for their values, where the mapping says that they may be left out. Whose
 * write is refused is written again at the same moment as others' are, so that a batch's refused rows share their second call.
 */
import type { Connector, FieldValues, RecordWrite, SavedRecord } from "../../connectors/connector.ts";
import { RejectedError } from "../../connectors/errors.ts";
import type { PlannedField } from "../mapping/plan.ts";
import { valuesOf, withoutFields } from "./record-changes.ts";

/** A field that the CRM did not get. */
export interface LeftOut {
  readonly planned: PlannedField;
  /** Why, as the CRM says. */
  readonly error: RejectedError;
}

/** A CRM may name one field after the other; after as many answers whatever may be left out is. */
const ANSWERS = 4;

/**
 * @param fields what the mapping says of those in the write
 * @throws CrmError as `save` does, and where what is refused may not be left out
 */
export async function saveLeavingOut(
  connector: Pick<Connector, "save">,
  fields: readonly PlannedField[],
  write: RecordWrite,
): Promise<{ readonly saved: SavedRecord; readonly leftOut: readonly LeftOut[] }> {
  let values = write.values;
  const leftOut: LeftOut[] = [];
  for (let answers = 1; ; answers += 1) {
    try {
      return { saved: await connector.save({ ...write, values }), leftOut };
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      const refused = refusedOf(fields, values, error, answers >= ANSWERS);
      if (refused.length === 0) throw error;
      leftOut.push(...refused.map((planned) => ({ planned, error })));
      values = withoutFields(values, refused);
      const { target, links, unlink = [] } = write;
      if (target.by === "id" && Object.keys(values).length + links.length + unlink.length === 0) {
        return { saved: { id: target.id, created: false }, leftOut };
      }
    }
  }
}

/** Nothing, where one of those that the CRM names has to be there. */
function refusedOf(
  fields: readonly PlannedField[],
  values: FieldValues,
  error: RejectedError,
  everything: boolean,
): PlannedField[] {
  const optional = fields.filter(({ field, refused }) => refused === "leave_out" && field in values);
  const named = error.refused.map((name) => optional.find(({ field }) => field.toLowerCase() === name.toLowerCase()));
  const refused = named.filter((planned) => planned !== undefined);
  if (refused.length < named.length) return [];
  return everything && refused.length > 0 ? optional : refused;
}

/** The fields that the CRM took. */
export function taken(fields: readonly PlannedField[], leftOut: readonly LeftOut[]): readonly PlannedField[] {
  return fields.filter((planned) => !leftOut.some((one) => one.planned === planned));
}

/** What it refused. */
export function refusedIn(leftOut: readonly LeftOut[]): FieldValues {
  return valuesOf(leftOut.map(({ planned }) => planned));
}
