/** What `crm-sync show` prints: a purchase as lines, indented by what belongs to what. */
import type { ShownCrm, ShownShared } from "../operate/show/crm.ts";
import type { ShownJob } from "../operate/show/jobs.ts";
import type { ShownArrival, ShownPurchase } from "../operate/show/show.ts";
import type { ShownState } from "../operate/show/state.ts";
import { failureLine, timelineLines } from "./show-timeline.ts";

export function showText(purchase: ShownPurchase): string {
  const { purchaseId, alsoBookingOf, arrivals, olderArrivals, state, crms, timeline } = purchase;
  const also = alsoBookingOf === undefined ? [] : [`The id is a booking's too, of purchase ${alsoBookingOf}.`];
  return [
    `Purchase ${purchaseId}`,
    ...also,
    ...block("Notifications", [...olderLines(olderArrivals), ...arrivals.flatMap(arrivalLines)]),
    ...block("State", stateLines(state, purchase.alsoListedBy)),
    ...crms.flatMap((crm) => block(`${crm.crm}: ${crm.status.replaceAll("_", " ")}`, crmLines(crm))),
    ...block("Timeline", timelineLines(timeline)),
  ].join("\n");
}

/** A heading with what belongs to it. */
function block(title: string, lines: readonly string[]): string[] {
  return ["", title, ...indented(lines.length === 0 ? ["none"] : lines)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function arrivalLines({ seq, route, receivedAt, deliveryId, waits, body }: ShownArrival): string[] {
  const head = `#${seq} ${route.replaceAll("_", " ")}, received ${receivedAt}, delivery ${deliveryId}, ${waits ? "waits" : "settled"}`;
  return [head, ...indented(JSON.stringify(body, null, 2).split("\n"))];
}

function olderLines(older: number): string[] {
  return older === 0 ? [] : [`${older} older ones not shown`];
}

function stateLines(state: ShownState | undefined, alsoListedBy: ShownPurchase["alsoListedBy"]): string[] {
  if (state === undefined) return [];
  return [
    `up to #${state.seq}`,
    ...state.bookings.map(({ id, status, start, previousStart, lastChange, changedAt, seq }) => {
      const moved = previousStart === undefined ? "" : `, moved from ${previousStart}`;
      const others = alsoListedBy[id] === undefined ? "" : `, also listed by purchase ${alsoListedBy[id].join(", ")}`;
      return `booking ${id}: ${status}, ${start}${moved}, ${lastChange} ${changedAt}, #${seq}${others}`;
    }),
    ...Object.entries(state.stated).map(([what, order]) => `${what}: stated last by #${order}`),
    ...state.holds.map(({ reason, bookingIds, seq }) => `held: ${reason}, bookings ${bookingIds.join(", ")}, #${seq}`),
  ];
}

function crmLines(crm: ShownCrm): string[] {
  const { failures, gate, settledUpTo, foldedUpTo, pendingSince, passLockMs, jobs, records, shared } = crm;
  const until = gate?.until === undefined ? "" : ` until ${gate.until}`;
  return [
    ...failures.map(failureLine),
    gate === undefined ? "gate: open" : `gate: closed since ${gate.since}${until}, ${gate.reason}: ${gate.detail}`,
    `settled up to #${settledUpTo}, ledger up to #${foldedUpTo}`,
    pendingSince === undefined ? "not pending" : `pending since ${pendingSince}`,
    ...jobs.map(jobLine),
    ...(passLockMs === undefined ? [] : [`pass lock: held for ${passLockMs} ms more`]),
    ...(crm.attempted ? ["attempted: a record may exist that the ledger does not know"] : []),
    ...(crm.doubted ? ["doubt: the CRM may hold older values than the ledger says"] : []),
    ...records.flatMap(({ key, ...record }) => recordLines(key, record)),
    ...shared.flatMap(sharedLines),
  ];
}

function jobLine({ id, state, attemptsMade, attempts, nextTry, endedAt }: ShownJob): string {
  const when = [nextTry && `next try ${nextTry}`, endedAt && `ended ${endedAt}`].filter(Boolean);
  return [`job ${id}: ${state}`, `${attemptsMade} of ${attempts} attempts made`, ...when].join(", ");
}

function sharedLines({ section, object, identity, record }: ShownShared): string[] {
  const name = `${section} ${identity}`;
  return record === undefined ? [`${name}: no ${object} known yet`] : recordLines(name, record);
}

function recordLines(name: string, record: NonNullable<ShownShared["record"]>): string[] {
  const { object, id, seq, url, values, links } = record;
  return [
    `${name}: ${object} ${id}, #${seq}, ${url}`,
    ...indented(Object.entries(values).map(([field, value]) => `${field}: ${value ?? "blank"}`)),
    ...indented(links.map((link) => `link: ${link}`)),
  ];
}
