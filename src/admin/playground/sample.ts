/** The booking that a mapping is tried on: one we know, or one that was pasted. */
import type { PurchaseState } from "../../booking/types.ts";
import type { PersonsBookings } from "../../mapping/persons-bookings.ts";
import type { MappingSet } from "../../mapping/set.ts";
import { stateOf as stateOfBody } from "../../operate/preview.ts";
import { latestJoined } from "../../sync/latest-state.ts";
import { seenOfPeople } from "../../sync/persons-bookings.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageRequest } from "../page.ts";
import { searchedFor } from "../searched.ts";

export type Sample =
  | {
      readonly kind: "found";
      readonly title: string;
      readonly state: PurchaseState;
      /** All bookings of its people, as far as they are known; read where a mapping reads them. */
      readonly theirs: (mappings: MappingSet) => Promise<PersonsBookings | undefined>;
    }
  | { readonly kind: "none"; readonly message: string };

/**
 * @param crm whose ledger knows it, or else any
 * @param pasted a notification as JSON; wins over the query when it is not blank
 * @param query an id, e-mail or name, as in the search; blank for the newest purchase
 * @param concerns told which purchase it is, whose values the page will show
 */
export async function findSample(
  deps: AdminDeps,
  crm: string | undefined,
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
  return await asPassSees(deps, crm, purchaseId);
}

/** What waits to be read is read, so that a mapping that fails can be mended on the purchase that it fails for. */
async function asPassSees(deps: AdminDeps, crm: string | undefined, purchaseId: string): Promise<Sample> {
  const own = deps.crms.find((one) => one.crm === crm) ?? deps.crms[0];
  const joined = own && (await latestJoined({ ...deps, ledger: own.ledger }, purchaseId));
  if (own === undefined || joined === undefined) {
    const message = `Of purchase ${purchaseId} nothing is kept, or no longer. Name another, or paste a notification.`;
    return { kind: "none", message };
  }
  return {
    kind: "found",
    title: `Purchase ${purchaseId}`,
    state: joined.state,
    theirs: (mappings) => seenOfPeople({ ...deps, ledger: own.ledger, crm: crm ?? own.crm, mappings }, joined),
  };
}

function readPasted(text: string): Sample {
  try {
    const state = stateOfBody(JSON.parse(text));
    return { kind: "found", title: "The pasted notification", state, theirs: async () => undefined };
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
