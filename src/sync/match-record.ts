/** Which record of the CRM a plan means: by our external id, else by the fields of `match`. Whoever asks, asks here. */
import type { Connector, CrmRecord, FindQuery } from "../../connectors/connector.ts";
import { NotFoundError } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { isForeign, isOurs } from "./adoptable.ts";
import { HeldError } from "./failures.ts";
import { isEmpty } from "./values.ts";

export interface Matching {
  readonly connector: Pick<Connector, "find">;
  readonly plan: RecordPlan;
  /** Fields to read beside those that the match is decided by. */
  readonly select: readonly string[];
  /** Fields to read where that costs nothing. */
  readonly also?: readonly string[];
}

/**
 * @returns undefined when nobody matches
 * @throws HeldError when several records match and the mapping wants a person to pick; CrmError
 */
export async function matchRecord(matching: Matching): Promise<CrmRecord | undefined> {
  const { plan } = matching;
  if (mightOverwrite(plan) || plan.create === "never") {
    const stamped = await findStamped(matching);
    if (stamped !== undefined) return stamped;
  }
  for (const { field, value } of plan.match) {
    const found = (await findBy(matching, { field, value })).filter((record) => !isForeign(plan, record));
    if (found.length === 0) continue;
    const ours = found.find((record) => isOurs(plan, record));
    if (ours !== undefined) return ours;
    const [only] = found;
    if (found.length === 1 && only !== undefined && isEmpty(only.values[plan.identity.field])) return only;
    // The match is doubtful (several, or stamped as somebody else): our external id, if any record has it, decides.
    const stamped = await findStamped(matching);
    if (stamped !== undefined) return stamped;
    return found.length === 1 ? only : pick(plan, found);
  }
  return undefined;
}

/** The record that holds our external id; of who has none, nobody's. */
export async function findStamped(matching: Matching): Promise<CrmRecord | undefined> {
  const { field, value } = matching.plan.identity;
  if (value === undefined) return undefined;
  return (await findBy(matching, { field, value })).at(0);
}

export function findBy(
  { connector, plan, select, also }: Matching,
  by: FindQuery["by"],
): Promise<readonly CrmRecord[]> {
  const fields = [plan.identity.field, ...plan.match.map((match) => match.field), ...select];
  return connector.find({ object: plan.object, by, select: [...new Set(fields)], ...(also && { also }) });
}

/** Of records merged one into the other, and of a CRM that leads in a circle. */
const MOST_MERGES = 3;

/** @returns the record with this id of the CRM's, or else the one that is left of what it was merged into */
export async function findLeft(
  matching: Matching,
  id: string,
  merges: number = MOST_MERGES,
): Promise<CrmRecord | undefined> {
  try {
    return (await findBy(matching, { id })).at(0);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const { survivorId } = error;
    return survivorId === undefined || merges === 0 ? undefined : await findLeft(matching, survivorId, merges - 1);
  }
}

/** A write by external id cannot tell "create" from "update", so fields that must not overwrite need a look first. */
function mightOverwrite(plan: RecordPlan): boolean {
  return plan.fields.some(({ write }) => write !== "always");
}

/** The oldest first: ids of both CRMs are given in order. */
export function inOrderOfAge(records: readonly CrmRecord[]): CrmRecord[] {
  return records.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
}

function pick(plan: RecordPlan, found: readonly CrmRecord[]): CrmRecord | undefined {
  const byAge = inOrderOfAge(found);
  switch (plan.several) {
    case "oldest":
      return byAge.at(0);
    case "newest":
      return byAge.at(-1);
    case "hold": {
      const candidates = byAge.map((record) => record.id);
      throw new HeldError({ reason: "several_match", section: plan.section, object: plan.object, candidates });
    }
  }
}
