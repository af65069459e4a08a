/**
 * What of a plan is news to a record that many share. What a person is called is as new as the statement that says it; what is
 * made of all their bookings is as new as the look at those, however old the statement is that the purchase makes of the person.
 */
import type { Link } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord } from "./applied-record.ts";
import { linkOf } from "./links.ts";

export interface News {
  readonly plan: RecordPlan;
  readonly links: readonly Link[];
  readonly seq: number;
}

/** @returns undefined where something newer was written of everything; what is outdated is as it was written */
export function newsIn(
  plan: RecordPlan,
  links: readonly Link[],
  known: AppliedRecord | undefined,
  isInDoubt = false,
): News | undefined {
  const { scope } = plan;
  const order = orderOf(plan);
  if (known === undefined || scope.kind !== "shared") return { plan, links, seq: order };
  const look = scope.look ?? 0;
  const isOld = known.seq > order;
  const isOldLook = (known.look ?? 0) > look;
  const isSaid = isOld && (isOldLook || scope.look === undefined);
  // What is to be written once more is written by whoever comes, as it was said last.
  const again = [...(known.again ?? []), ...(known.linksAgain ?? [])];
  if (isSaid && !isInDoubt && again.length === 0) return undefined;
  const asKnown = (field: PlannedField): PlannedField[] => {
    const value = known.values[field.field];
    return value === undefined ? [] : [{ ...field, value }];
  };
  const isOutdated = ({ ofBookings }: PlannedField): boolean => (ofBookings ? isOldLook : isOld);
  const newest = Math.max(look, known.look ?? 0);
  const seq = Math.max(order, known.seq);
  return {
    plan: {
      ...plan,
      fields: plan.fields.flatMap((field) => (isOutdated(field) ? asKnown(field) : [field])),
      scope: { ...scope, order: seq, ...(newest > 0 && { look: newest }) },
    },
    links: isOld ? known.links.map(linkOf) : links,
    seq,
  };
}

/** How new the statement is that the plan is made of: a purchase that says nothing new of a person changes nothing. */
export function orderOf({ scope }: RecordPlan): number {
  return scope.kind === "shared" ? scope.order : 0;
}

/** How new the look is at all bookings of the person. */
export function lookOf({ scope }: RecordPlan): number | undefined {
  return scope.kind === "shared" ? scope.look : undefined;
}
