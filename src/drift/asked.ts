/** What a pass came upon of fields that somebody is asked about: kept at once, so that nobody waits for a round to decide. */
import type { Connector } from "../../connectors/connector.ts";
import type { Edit } from "../../connectors/edits.ts";
import { CrmError } from "../../connectors/errors.ts";
import type { AskedField, AskedRecord } from "../sync/asked-fields.ts";
import type { DriftedField } from "./drifted.ts";
import { placeOf } from "./place.ts";
import type { DriftStore } from "./store.ts";

export interface AskedDeps {
  readonly store: Pick<DriftStore, "kept" | "keep" | "drop">;
  readonly connector: Pick<Connector, "edits">;
}

/** What was decided of a value stands; what the pass wrote is nobody's question any more. */
export async function noteAsked({ store, connector }: AskedDeps, record: AskedRecord): Promise<void> {
  const { purchaseId, section, object, id, asked, written } = record;
  const before = (await store.kept([record])).get(placeOf(record));
  const known = before?.kind === "drifted" ? before.fields : [];
  const isAsked = new Set(asked.map(({ field }) => field));
  const rest = known.filter(({ field }) => !isAsked.has(field) && !written.includes(field));
  if (asked.length === 0 && rest.length === known.length) return;
  const edits = await editsOf(
    connector,
    record,
    asked.filter((one) => !isKnown(one, known)),
  );
  const fields = [...asked.map((one) => withSides(one, known, edits)), ...rest];
  const seen = new Date().toISOString();
  if (fields.length === 0) await store.drop([record]);
  else await store.keep({ kind: "drifted", purchaseId, section, object, id, since: seen, seen, fields });
}

function isKnown({ field, theirs }: AskedField, known: readonly DriftedField[]): boolean {
  return known.some((one) => one.field === field && one.theirs === theirs);
}

function withSides(now: AskedField, known: readonly DriftedField[], edits: readonly Edit[]): DriftedField {
  const before = known.find(({ field }) => field === now.field);
  const { at, by, isOurs } = (isKnown(now, known) ? before : edits.find(({ field }) => field === now.field)) ?? {};
  const asks = before?.asks === "leave" && before.ours === now.ours ? "leave" : "hold";
  return { ...now, asks, at, by, isOurs };
}

/** That nobody can say who it was keeps nobody from deciding. */
async function editsOf(
  connector: AskedDeps["connector"],
  { object, id }: AskedRecord,
  news: readonly AskedField[],
): Promise<readonly Edit[]> {
  if (news.length === 0) return [];
  try {
    const fields = news.map(({ field }) => field);
    return (await connector.edits?.(object, id, fields)) ?? [];
  } catch (error) {
    if (error instanceof CrmError) return [];
    throw error;
  }
}
