/** Plays what happens to bookings and records in the whole system, beside the model of what is to become of it. */

import type { FaultAction } from "../../sandbox/faults.ts";
import { prepare, type Running } from "../../src/app/base.ts";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { startWorker } from "../../src/app/worker.ts";
import type { CallbackRoute } from "../../src/booking/types.ts";
import { decideDrift } from "../../src/drift/decide.ts";
import { type Repair, repairOf } from "../../src/drift/repair.ts";
import type { Drifted } from "../../src/drift/store.ts";
import { type Swept, sweep } from "../../src/drift/sweep.ts";
import { repair } from "../../src/operate/repair.ts";
import { retry } from "../../src/operate/retry.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { CRMS, type Crm, mappingText, NAMES } from "./order-crms.ts";
import type { Weather, Whose } from "./order-events.ts";

export interface Player {
  readonly system: TestSystem;
  readonly tools: Tools;
  deliver(route: CallbackRoute, body: Json, weather: Weather): Promise<void>;
  round(crm: Crm, dies: boolean): Promise<Swept>;
  kept(crm: Crm): Promise<Drifted[]>;
  /** @returns the purchases that a pass was made of */
  repair(crm: Crm): Promise<readonly string[]>;
  decide(
    crm: Crm,
    of: Omit<Parameters<typeof decideDrift>[1], "take">,
    take: "bookingbug" | "crm",
  ): Promise<readonly string[]>;
  /** Has the purchases looked at again. */
  again(purchaseIds: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const never = new AbortController().signal;
/** What writes. */
const WRITES: Readonly<Record<Crm, string>> = { salesforce: "PATCH /services/data", hubspot: "/batch/up" };

/** What becomes of the first write. */
const FAULTS: Readonly<Partial<Record<Weather, FaultAction>>> = {
  lost_answer: { type: "reset", after: true },
  unavailable: { type: "status", status: 503, body: [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] },
};

export async function startPlayer(): Promise<Player> {
  const folder = await mappingFolder(Object.fromEntries(CRMS.map((crm) => [crm, mappingText(crm)])));
  const system = await startSystem({ workers: 0, env: { MAPPINGS_DIR: folder, DRIFT_SWEEP_HOURS: "0" } });
  const tools = await openTools(system.environment);
  const drift = tools.drift();
  let worker: Running = await begun();

  async function begun(): Promise<Running> {
    return await startWorker(await prepare(system.environment, "test"));
  }

  function of(crm: Crm): DriftOfCrm {
    const found = drift.find((one) => one.crm === crm);
    if (found === undefined) throw new Error("Both are configured.");
    return found;
  }

  async function kept(crm: Crm): Promise<Drifted[]> {
    const all: Drifted[] = [];
    for await (const one of of(crm).store.all()) all.push(one);
    return all;
  }

  async function carryOut(crm: Crm, repairs: readonly Repair[]): Promise<readonly string[]> {
    const done: string[] = [];
    for (const some of Map.groupBy(repairs, ({ purchaseId }) => purchaseId).values()) {
      const ofOne = await repair(tools, { crm, by: "test", job: "order" }, some);
      done.push(...ofOne.map(({ purchaseId }) => purchaseId));
    }
    await system.quiet();
    return done;
  }

  return {
    ...{ system, tools, kept },

    async deliver(route, body, weather) {
      const action = FAULTS[weather];
      system.sandbox.faults.set(
        action === undefined ? [] : CRMS.map((crm) => ({ crm, match: WRITES[crm], times: 1, action })),
      );
      const { status } = await system.post(route, body);
      if (status !== 202) throw new Error(`refused with ${status}`);
      if (weather === "worker_ends") {
        await worker.stop();
        worker = await begun();
      }
      await system.quiet();
      system.sandbox.faults.set([]);
    },

    async round(crm, dies) {
      if (dies) await dying(of(crm));
      return await sweep(of(crm), never);
    },

    async repair(crm) {
      return await carryOut(
        crm,
        (await kept(crm)).map(repairOf).filter((one) => one !== undefined),
      );
    },

    async decide(crm, one, take) {
      const asked = await decideDrift(of(crm).store, { ...one, take });
      return asked === undefined ? [] : await carryOut(crm, [asked]);
    },

    async again(purchaseIds) {
      for (const crm of CRMS) await retry(tools, { crm, purchaseIds, by: "test" });
      await system.quiet();
    },

    async stop() {
      await worker.stop();
      for (const one of drift) await one.close();
      await tools.close();
      await system.stop();
    },
  };
}

/** A round whose process dies with its second object. */
async function dying(deps: DriftOfCrm): Promise<void> {
  const { connector } = deps;
  let first: string | undefined;
  const find: typeof connector.find = async (query) => {
    first ??= query.object;
    if (query.object !== first) throw new Error("The process died.");
    return await connector.find(query);
  };
  await sweep({ ...deps, connector: { ...connector, find } }, never).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes("died")) throw error;
  });
}

/** What BookingBug says. */
export interface Said {
  readonly id: number;
  readonly person: { readonly id: number; readonly slots: ReadonlyMap<string, string> };
  readonly slots: ReadonlyMap<string, string>;
  readonly hour: number;
  readonly isCancelled: boolean;
}

export const startAt = (hour: number): string => `2036-03-11T${String(hour).padStart(2, "0")}:00:00Z`;

export function bodyOf({ id, person, slots, hour, isCancelled }: Said): Json {
  const { last = "", email = "", ...others } = Object.fromEntries(person.slots);
  const start = startAt(hour);
  const body = somebodys(id, { first: "Ada", last, email }, (booking) => {
    Object.assign(booking, { datetime: start, end_datetime: start.replace(":00:00Z", ":30:00Z") });
    Object.assign(booking, {
      ...{ subject: slots.get("subject"), place: slots.get("place"), person_name: slots.get("staff") },
      ...{ resource_name: slots.get("resource"), service_name: slots.get("service") },
      ...(isCancelled && { is_cancelled: true }),
    });
  });
  const { title, phone: desk, mobile: country, city: town, zip: area } = others;
  for (const who of [body._embedded.client, body._embedded.member]) {
    Object.assign(who, { id: person.id, title, desk, country, town, area });
  }
  return body;
}

/** The record that bears the key, by slot. */
export function heldIn(
  system: TestSystem,
  crm: Crm,
  of: Whose,
  key: number,
): { readonly id: string; readonly slots: ReadonlyMap<string, string> } | undefined {
  const { object, key: field, fields } = NAMES[crm][of];
  const found = system.sandbox[crm].records(object).filter(({ values }) => String(values[field] ?? "") === String(key));
  if (found.length > 1) throw new Error(`${crm} has ${found.length} ${object} of ${key}`);
  const [record] = found;
  if (record === undefined) return undefined;
  const slots = Object.entries(fields).map(([slot, name]) => [slot, String(record.values[name] ?? "")] as const);
  return { id: record.id, slots: new Map(slots) };
}
