/**
 * Two contacts with one person's address, typed into Salesforce by hand: nobody can tell which of them is meant, until an
 * operator does. HubSpot lets no two contacts have one address.
 */
import { NothingToPickError } from "../../src/operate/person-plan.ts";
import { pick } from "../../src/operate/pick.ts";
import { retry } from "../../src/operate/retry.ts";
import { stated } from "./people.ts";
import type { Service } from "./perform.ts";
import type { World } from "./world.ts";

const CRM = "salesforce";
const NAME = "Twin";
/** People of one household are asked about one after the other. */
const MAX_ROUNDS = 10;

export function makeTwins({ system }: Service, world: World, offset: number): void {
  const person = world.people.findIndex(({ hasId, email }) => hasId && email !== undefined);
  if (!world.twins || person === -1) return;
  const { email } = stated(world, person, 0, offset);
  for (let times = 0; times < 2; times += 1)
    system.sandbox.salesforce.seed("Contact", { LastName: NAME, Email: email });
}

/** Whoever is asked about is the older of the two. */
export async function pickAll({ system, tools }: Service, purchaseIds: readonly string[]): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const statuses = await tools.syncLog.status(CRM, purchaseIds);
    const asked = [...statuses].flatMap(([purchaseId, { failures }]) =>
      failures.flatMap(({ hold }) => (hold?.reason === "several_match" ? [{ purchaseId, hold }] : [])),
    );
    if (asked.length === 0) return;
    for (const { purchaseId, hold } of asked) {
      const [recordId = ""] = hold.candidates.toSorted();
      try {
        await pick(tools, { crm: CRM, purchaseId, section: hold.section, recordId, by: "operator" });
      } catch (error) {
        // They have another address by now, with which nobody had to be asked.
        if (!(error instanceof NothingToPickError)) throw error;
        await retry(tools, { crm: CRM, purchaseIds: [purchaseId], by: "operator" });
      }
    }
    await system.quiet();
  }
  throw new Error("Somebody is asked about again and again.");
}

/** The one that was not picked, as it was typed in. */
export function isTwin({ clientId, surname }: { readonly clientId: unknown; readonly surname: unknown }): boolean {
  return clientId === undefined && surname === NAME;
}
