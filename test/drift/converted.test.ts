/** Whose lead was converted took their appointments along to the contact: nobody led a link of ours elsewhere [Q21]. */
import { describe, expect, it } from "@jest/globals";
import type { Drifted } from "../../src/drift/store.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { purchase } from "../support/payloads.ts";
import { useDrift } from "../support/use-drift.ts";

const MAPPINGS_DIR = "mappings/examples/salesforce-lead";
const world = useDrift(async () => ({ env: { CRM: "salesforce", MAPPINGS_DIR } }));
const org = () => world.system.sandbox.salesforce;
const idOf = (object: string): string => org().records(object)[0]?.id ?? "";

/** What is known after a round. */
async function found(): Promise<Drifted[]> {
  const { deps, kept } = { deps: world.driftOf("salesforce"), kept: [] as Drifted[] };
  await sweep(deps, new AbortController().signal);
  for await (const one of deps.store.all()) kept.push(one);
  return kept;
}

async function book(): Promise<void> {
  const later = purchase((body) => {
    for (const booking of body._embedded.bookings) {
      const times = { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" };
      Object.assign(booking, times);
    }
  });
  await world.system.deliver("bookings", later);
}

describe("an appointment whose lead was converted", () => {
  it("is not told, since its link leads to the same person still", async () => {
    await book();
    const contact = org().convert(idOf("Lead"));
    expect(org().records("Event")[0]?.values.WhoId).toBe(contact);
    expect(await found()).toEqual([]);
  });

  it("is told where it leads to neither", async () => {
    await book();
    const lead = idOf("Lead");
    org().convert(lead);
    const somebody = org().seed("Contact", { LastName: "Else" });
    org().edit("Event", idOf("Event"), { WhoId: somebody });
    expect(await found()).toMatchObject([{ fields: [{ field: "WhoId", ours: lead, theirs: somebody }] }]);
  });
});
