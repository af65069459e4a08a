/** What a pass came upon of fields that somebody is asked about: kept at once, so that nobody waits for a round to decide. */
import type { Connector } from "../../connectors/connector.ts";
import type { AskedRecord } from "../sync/asked-fields.ts";
import type { DriftedField } from "./drifted.ts";
import { withEditors } from "./editors.ts";
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
  const held = asked.map((one): DriftedField => ({ ...one, asks: "hold" }));
  const fields = [...(await withEditors(connector, record, held, before)), ...rest];
  const seen = new Date().toISOString();
  if (fields.length === 0) await store.drop([record]);
  else await store.keep({ kind: "drifted", purchaseId, section, object, id, since: seen, seen, fields });
}
