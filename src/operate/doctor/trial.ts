/**
 * A trial of writing: one marked person and appointment are created, changed, cancelled and removed, by the mapping in
 * force and by the same code that writes bookings. Whatever was begun is removed again, also after a failure.
 */
import type { CallReport, Link } from "../../../connectors/connector.ts";
import { MisconfiguredError } from "../../../connectors/errors.ts";
import type { PurchaseState } from "../../booking/types.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import { type MappingSet, mappingChooser } from "../../mapping/set.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import { applyRecord } from "../../sync/apply-record.ts";
import { findStamped } from "../../sync/match-record.ts";
import { plansOf } from "../preview.ts";
import type { Examined } from "./examine.ts";
import { explain } from "./explain.ts";
import { ill, type Report, well } from "./finding.ts";
import { trialStates } from "./trial-booking.ts";

interface Trial {
  readonly examined: Examined;
  readonly report: Report;
  /** Records that are the trial's own, by plan key, in the order they were begun. */
  readonly begun: Map<string, RecordPlan>;
  readonly written: Map<string, AppliedRecord>;
}

/** @returns whether all that was begun is gone again */
export async function tryWriting(
  examined: Examined,
  mappings: readonly Mapping[],
  now: Date,
  report: Report,
): Promise<boolean> {
  const trial: Trial = { examined, report, begun: new Map(), written: new Map() };
  const set: MappingSet = { mappings };
  const [mapping] = mappings;
  if (mapping === undefined) return true;
  const states = trialStates(now, mapping);
  try {
    await write(trial, set, states.made, "created");
    await write(trial, set, states.moved, "moved");
    await write(trial, set, states.cancelled, "cancelled");
  } catch (error) {
    report(explain(`writing failed${said(examined.takeCalls())}`, error, examined.chosen));
  }
  let isClear = true;
  for (const plan of [...trial.begun.values()].reverse()) isClear = (await remove(trial, plan)) && isClear;
  return isClear;
}

async function write(trial: Trial, set: MappingSet, state: PurchaseState, step: string): Promise<void> {
  const { examined, report, begun, written } = trial;
  const { connector, chosen } = examined;
  const plans = plansOf(state, mappingChooser(set, chosen.crm));
  for (const plan of plans) {
    // Removing it is tried at the end, as of all that was begun.
    if (plan.gone) continue;
    const known = written.get(plan.key);
    if (known === undefined) begun.set(plan.key, plan);
    const links = linksOf(plan, written);
    const task = { connector, plan, links, known, attempted: false, seq: state.seq };
    const { record, action } = await applyRecord(task);
    written.set(plan.key, record);
    const calls = examined.takeCalls();
    if (calls.length > 0) report(well(`${plan.object} ${record.id} is ${action} (${step})${said(calls)}`));
  }
}

function linksOf(plan: RecordPlan, written: ReadonlyMap<string, AppliedRecord>): Link[] {
  return plan.links.flatMap(({ to, via }) => {
    const target = written.get(to);
    return target === undefined ? [] : [{ via, toObject: target.object, toId: target.id }];
  });
}

/** Also what we never saw the answer for, if it is there. */
async function remove({ examined, report, written }: Trial, plan: RecordPlan): Promise<boolean> {
  const { connector } = examined;
  const { object, identity } = plan;
  try {
    const known = written.get(plan.key) ?? (await findStamped({ connector, plan, select: [] }));
    const found = known === undefined ? [] : [known];
    for (const { id } of found) await (connector.remove ?? offersNone)(object, id);
    if (found.length > 0)
      report(well(`${object} ${found.map(({ id }) => id).join(", ")} is removed${said(examined.takeCalls())}`));
    return true;
  } catch (error) {
    const { what } = explain(`a test record could not be removed${said(examined.takeCalls())}`, error, examined.chosen);
    const known = written.get(plan.key)?.id;
    const where =
      known === undefined
        ? `the ${object} whose ${identity.field} is ${identity.value}`
        : connector.recordUrl(object, known);
    report(ill(what, `remove it by hand: ${where}`));
    return false;
  }
}

async function offersNone(): Promise<void> {
  throw new MisconfiguredError("This CRM offers no way to remove records.");
}

/** Each call: what for, how it was answered, how long it took. */
function said(calls: readonly CallReport[]): string {
  if (calls.length === 0) return "";
  const each = calls.map(({ operation, object, status, durationMs }) =>
    [operation, ...(object === undefined ? [] : [object]), status, `${durationMs} ms`].join(" "),
  );
  return ` [${each.join("; ")}]`;
}
