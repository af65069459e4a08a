/** Repairs what drifted, record by record as it was planned: what is not as it was then is left, and counted. */

import { placeOf } from "../drift/place.ts";
import { type PlannedRepair, planned, type Repair, type RepairedField, repairOf } from "../drift/repair.ts";
import { isStillSo } from "../drift/still.ts";
import type { Drifted } from "../drift/store.ts";
import { crmOf } from "../operate/deps.ts";
import { queueRepaired, repair, repairDetail } from "../operate/repair.ts";
import { waitingOf } from "./act.ts";
import type { BulkDeps, Going } from "./deps.ts";
import { isInTheWay } from "./in-the-way.ts";
import { reachedIn } from "./reached.ts";
import type { RepairRequest } from "./request.ts";
import type { Bulk, Progress } from "./store.ts";

/** @throws UnknownCrmError */
export async function repairing(
  deps: BulkDeps,
  { id: job, by, request: { crm } }: Bulk & { readonly request: RepairRequest },
): Promise<Going> {
  const plan = await deps.store.plan(job);
  const operated = crmOf(deps, crm);
  const { connector, drifted } = operated;
  const inHand = ({ inHand: names }: Progress): PlannedRepair[] => {
    const some = new Set(names);
    return plan.filter((one) => some.has(placeOf(one)));
  };

  async function act(some: readonly PlannedRepair[]): Promise<readonly PlannedRepair[]> {
    const entries = await drifted.kept(some);
    const due = await Promise.all(some.map(async (one) => await stillPlanned(one, entries.get(placeOf(one)))));
    const repairs = due.filter((one) => one !== undefined);
    const done = new Set<string>();
    for (const purchaseId of new Set(repairs.map((one) => one.purchaseId))) {
      const its = repairs.filter((one) => one.purchaseId === purchaseId);
      for (const one of await repair(deps, { crm, by, job }, its)) done.add(placeOf(one));
    }
    return some.filter((one) => !done.has(placeOf(one)));
  }

  async function stillPlanned(one: PlannedRepair, entry: Drifted | undefined): Promise<Repair | undefined> {
    const now = samePlan(one, entry);
    return now !== undefined && (await isStillSo(connector, now)) ? now : undefined;
  }

  return {
    isHeldUp: () => isInTheWay([operated]),

    async resume(at) {
      const again: PlannedRepair[] = [];
      for (const one of inHand(at)) {
        const noted = { job, detail: repairDetail(one) };
        const reached = await reachedIn(deps, noted, crm, one.purchaseId);
        if (reached === "nothing") again.push(one);
        else if (reached === "noted") await queueRepaired(deps, crm, one.purchaseId);
      }
      return leave(at, await act(again));
    },

    async takeUp(at, limit) {
      const from = at.after === undefined ? 0 : at.after.at + 1;
      const next = plan.slice(from, from + limit);
      const last = next.at(-1);
      if (last === undefined) return undefined;
      // It asks the CRM itself, before any pass does.
      if (await isInTheWay([operated])) return at;
      const after = { at: from + next.length - 1, id: placeOf(last) };
      const taken = { ...at, after, inHand: [...at.inHand, ...next.map(placeOf)] };
      await deps.store.save(job, taken);
      return leave(taken, await act(next));
    },

    async through(at) {
      const records = inHand(at);
      const waiting = new Set(await waitingOf(deps, [operated], [...new Set(records.map((one) => one.purchaseId))]));
      const through = records.filter((one) => !waiting.has(one.purchaseId));
      if (through.length === 0) return at;
      const statuses = await deps.syncLog.status(
        crm,
        through.map((one) => one.purchaseId),
      );
      const written = through.filter((one) => statuses.get(one.purchaseId)?.status !== "failed");
      await takeOff(written);
      const names = new Set(through.map(placeOf));
      return {
        ...at,
        inHand: at.inHand.filter((name) => !names.has(name)),
        done: at.done + written.length,
        failed: at.failed + through.length - written.length,
      };
    },
  };

  /** Nobody is to be told of it until a round comes by. */
  async function takeOff(written: readonly PlannedRepair[]): Promise<void> {
    const entries = await drifted.kept(written);
    for (const one of written) {
      const entry = entries.get(placeOf(one));
      const now = samePlan(one, entry);
      if (entry === undefined || now === undefined) continue;
      // Two relations to different objects may go by one name.
      const nameOf = ({ field, associated = "" }: RepairedField): string => `${field}\n${associated}`;
      const names = new Set(now.fields.map(nameOf));
      const rest = entry.kind === "drifted" ? entry.fields.filter((one) => !names.has(nameOf(one))) : [];
      if (entry.kind === "drifted" && rest.length > 0) await drifted.keep({ ...entry, fields: rest });
      else await drifted.drop([one]);
    }
  }
}

/** @returns undefined where something else would be done now */
function samePlan(one: PlannedRepair, entry: Drifted | undefined): Repair | undefined {
  const now = entry && repairOf(entry);
  return now !== undefined && planned([now])[0]?.digest === one.digest ? now : undefined;
}

function leave(at: Progress, left: readonly PlannedRepair[]): Progress {
  if (left.length === 0) return at;
  const names = new Set(left.map(placeOf));
  const leftOut = { ...at.leftOut, changed: at.leftOut.changed + left.length };
  return { ...at, leftOut, inHand: at.inHand.filter((name) => !names.has(name)) };
}
