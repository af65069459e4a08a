/** What evaluating the default mappings costs for one booking, in processor time, which other work does not blur. */
import { fileURLToPath } from "node:url";
import { loadMappings } from "../src/mapping/loader.ts";
import { selectMapping } from "../src/mapping/set.ts";
import { stateOf } from "../src/operate/preview.ts";
import { planPurchase } from "../src/sync/plan-purchase.ts";
import { purchase } from "../test/support/payloads.ts";
import { median } from "./fleet.ts";

const ROUNDS = 7;
const REPEATS = 1_000;

export async function benchMapping(): Promise<{ crm: string; microsecondsPerBooking: number }[]> {
  const set = await loadMappings(fileURLToPath(new URL("../mappings", import.meta.url)));
  const state = stateOf(purchase());
  return ["salesforce", "hubspot"].map((crm) => {
    const rounds = Array.from({ length: ROUNDS }, () => {
      const before = process.cpuUsage();
      for (let n = 0; n < REPEATS; n += 1) planPurchase(state, (companies) => selectMapping(set, crm, companies));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / REPEATS;
    });
    return { crm, microsecondsPerBooking: median(rounds) };
  });
}
