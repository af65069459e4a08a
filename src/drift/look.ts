/** Looks at a batch of records in the CRM, and says of each what its three sides come to. Writes nothing. */
import type { Connector } from "../../connectors/connector.ts";
import { compare } from "./compare.ts";
import { withEditors } from "./editors.ts";
import { type Found, findNow } from "./found.ts";
import { lostAssociations, lostBefore, lostFields, withoutFollowed } from "./lost-links.ts";
import type { Recorded } from "./recorded.ts";
import type { Drifted, DriftedField } from "./store.ts";

/** What of a connector it takes to look. */
export type LookedAt = Pick<Connector, "find" | "linkProblem" | "associations" | "became" | "edits">;

/** Associations cost calls of their own, and move no modification date: they are read by whole rounds alone. */
export type Reads = "fields" | "fields_and_associations";

/** Fields that somebody gave the value that we would have written: the ledger is to say so. */
interface Agreed {
  readonly agreed?: readonly string[];
}

type Same = Agreed & { readonly kind: "in_step" | "update_due" | "changed_meanwhile" | "unread" };

/** `unread`: the CRM does not let us read what we wrote. `changed_meanwhile`: what was read says nothing. */
export type Looked =
  | Same
  /** `isRecreated`: the mapping wants it made again. */
  | { readonly kind: "deleted"; readonly isRecreated?: true | undefined }
  | { readonly kind: "merged"; readonly into: string }
  | (Agreed & { readonly kind: "drifted"; readonly fields: readonly DriftedField[] });

const GONE: Found = { kind: "deleted" };

/**
 * @param batch of one object, asked for at once so that the connector makes full calls
 * @param before what is known to have drifted: of an edit that was seen before nobody is asked again who made it, and of links
 * that are not read that is what is known
 * @throws CrmError where the CRM does not answer
 */
export async function lookAt(
  connector: LookedAt,
  batch: readonly Recorded[],
  before: (recorded: Recorded) => Drifted | undefined,
  reads: Reads,
): Promise<Looked[]> {
  const select = [...new Set(batch.flatMap(({ fields }) => fields.map(({ planned }) => planned.field)))];
  // Where links are fields, they come with the rest.
  const also = connector.linkProblem === undefined ? viasOf(batch) : [];
  const ask = async (recorded: Recorded): Promise<Found> => await findNow(connector, recorded, { select, also });
  const found = await Promise.all(batch.map(ask));
  // Who was merged into another one of the batch may look deleted beside it: asked for without that one, the CRM tells.
  const sure = await Promise.all(
    found.map(async (one, index) => {
      const recorded = batch[index];
      return recorded !== undefined && one.kind === "deleted" ? await ask(recorded) : one;
    }),
  );
  const lost = await Promise.all(
    batch.map(async (recorded, index) => {
      const one = sure[index] ?? GONE;
      if (one.kind !== "there") return [];
      const apart =
        reads === "fields" ? lostBefore(recorded, before(recorded)) : await lostAssociations(connector, recorded, one);
      return [...lostFields(recorded, one), ...apart];
    }),
  );
  return await Promise.all(
    batch.map(async (recorded, index) => {
      const looked = judged(recorded, sure[index] ?? GONE, lost[index] ?? []);
      if (looked.kind === "in_step" || looked.kind === "update_due" || looked.kind === "unread") return looked;
      // A pass may have written after the ledger was read, or be about to say that it has.
      if (!(await recorded.stillSo())) return { kind: "changed_meanwhile" };
      if (looked.kind !== "drifted") return looked;
      const fields = await withoutFollowed(connector, recorded, looked.fields);
      if (fields.length === 0) return { ...looked, kind: "in_step" };
      return { ...looked, fields: await withEditors(connector, recorded, fields, before(recorded)) };
    }),
  );
}

function viasOf(batch: readonly Recorded[]): string[] {
  return [...new Set(batch.flatMap(({ links }) => links.map(({ via }) => via)))];
}

function judged(recorded: Recorded, found: Found, lost: readonly DriftedField[]): Looked {
  if (found.kind === "deleted") return { kind: "deleted", ...(recorded.isRecreated && { isRecreated: true as const }) };
  if (found.kind !== "there") return found;
  let isDue = false;
  const agreed: string[] = [];
  const fields = recorded.fields.flatMap(({ planned, base, ours, mayHold }): DriftedField[] => {
    const theirs = found.values[planned.field] ?? null;
    const outcome = compare({ base, ours, theirs }, { owner: planned.owner ?? "report", planned, mayHold });
    if (outcome.kind === "update_due") isDue = true;
    if (outcome.kind === "agreed") agreed.push(planned.field);
    // Of a field that was left, the ledger has what we wanted, and what we wrote beside it.
    const written = mayHold.at(-1) ?? null;
    if (outcome.kind !== "drifted" || outcome.asks === "leave") return [];
    return [{ field: planned.field, base: written, ours, theirs, asks: outcome.asks }];
  });
  const drifted = [...fields, ...lost];
  const also = agreed.length > 0 && { agreed };
  if (drifted.length > 0) return { kind: "drifted", fields: drifted, ...also };
  return { kind: isDue ? "update_due" : "in_step", ...also };
}
