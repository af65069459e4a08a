/** A system, and what rounds over its CRMs' records take, for the tests of one file. */
import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { type SystemOptions, startSystem, type TestSystem } from "./system.ts";

/** There once the tests run. */
export interface DriftWorld {
  readonly system: TestSystem;
  readonly tools: Tools;
  readonly drift: readonly DriftOfCrm[];
  driftOf(crm: string): DriftOfCrm;
}

export function useDrift(options: () => Promise<SystemOptions> = async () => ({})): DriftWorld {
  let system: TestSystem;
  let tools: Tools;
  let drift: readonly DriftOfCrm[];
  beforeAll(async () => {
    system = await startSystem(await options());
    tools = await openTools(system.environment);
    drift = tools.drift();
  });
  beforeEach(() => system.reset());
  afterAll(async () => {
    for (const one of drift) await one.close();
    await tools.close();
    await system.stop();
  });
  return {
    get system() {
      return system;
    },
    get tools() {
      return tools;
    },
    get drift() {
      return drift;
    },
    driftOf(crm) {
      const found = drift.find((one) => one.crm === crm);
      if (found === undefined) throw new Error(`${crm} is not configured.`);
      return found;
    },
  };
}
