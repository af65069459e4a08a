/** The booking that a mapping is tried on: one we know, or one that was pasted. */
import type { PurchaseState } from "../../booking/types.ts";
import { stateOf as stateOfBody } from "../../operate/preview.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageRequest } from "../page.ts";
import { stateOf } from "../purchases.ts";
import { searchedFor } from "../searched.ts";

export type Sample =
  | { readonly kind: "found"; readonly title: string; readonly state: PurchaseState }
  | { readonly kind: "none"; readonly message: string };

/**
 * @param pasted a notification as JSON; wins over the query when it is not blank
 * @param query an id, e-mail or name, as in the search; blank for the newest purchase
 * @param concerns told which purchase it is, whose values the page will show
 */
export async function findSample(
  deps: AdminDeps,
  pasted: string,
  query: string,
  concerns: PageRequest["concerns"],
): Promise<Sample> {
  if (pasted.trim() !== "") return readPasted(pasted);
  const purchaseId = query.trim() === "" ? await newest(deps) : await found(deps, query.trim(), concerns);
  if (purchaseId !== undefined) concerns({ purchase: purchaseId });
  if (purchaseId === undefined) {
    return {
      kind: "none",
      message:
        query.trim() === ""
          ? "There is no booking yet to try it on. Paste a notification."
          : "No such booking was found.",
    };
  }
  const state = await stateOf(deps, purchaseId);
  if (state === undefined) return { kind: "none", message: `Purchase ${purchaseId} has not been read yet.` };
  return { kind: "found", title: `Purchase ${purchaseId}`, state };
}

function readPasted(text: string): Sample {
  try {
    return { kind: "found", title: "The pasted notification", state: stateOfBody(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "none", message: "What was pasted is not JSON." };
    return { kind: "none", message: error instanceof Error ? error.message : "What was pasted cannot be read." };
  }
}

async function newest({ syncLog }: AdminDeps): Promise<string | undefined> {
  const [first] = await syncLog.recent({ offset: 0, limit: 1 });
  return first?.purchaseId;
}

async function found(deps: AdminDeps, query: string, concerns: PageRequest["concerns"]): Promise<string | undefined> {
  const hits = await deps.syncLog.find(query, 1);
  concerns(await searchedFor(deps, query, hits));
  return hits[0]?.purchaseId;
}
