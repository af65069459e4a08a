/** What the rounds found in a CRM and is so still, in figures, of which everybody may know. */
import type { DriftStore } from "./store.ts";

/** Records; `ask` are those of `edited` that wait for somebody's word. */
export type DriftFigures = Readonly<Record<"deleted" | "merged" | "edited" | "ask", number>>;

export async function driftFigures(store: Pick<DriftStore, "count">): Promise<DriftFigures> {
  const [deleted, merged, edited, ask] = await Promise.all([
    store.count("deleted"),
    store.count("merged"),
    store.count("edited"),
    store.count("ask"),
  ]);
  return { deleted, merged, edited, ask };
}
