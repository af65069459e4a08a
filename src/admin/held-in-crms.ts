/** What each CRM holds, as it was last looked at, for the pages that say so. */
import type { AdminDeps } from "./deps.ts";
import type { HeldView } from "./views/held-in-crm.ts";

export async function heldInCrms({ crms, verdicts }: AdminDeps): Promise<HeldView[]> {
  return await Promise.all(
    crms.map(async ({ crm, connector }) => ({
      crm,
      kept: await verdicts.of(crm),
      recordUrl: (object: string, id: string) => connector.recordUrl(object, id),
    })),
  );
}
