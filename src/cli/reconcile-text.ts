/** What `crm-sync reconcile` prints. */
import type { Outcome, Reconciled } from "../reconcile/reconcile.ts";

/** Whether all that was listed is here, or on its way. */
export function isInStep({ outcome, counts }: Reconciled): boolean {
  const left = counts.cancelledHere + counts.overtaken + counts.notReadable;
  return left === 0 && (outcome.kind === "complete" || outcome.kind === "uncounted");
}

export function reconciledText({ outcome, resumed, counts }: Reconciled, dryRun: boolean): string {
  const { missing, stale, cancelledThere, cancelledHere, repaired, purchasesRead } = counts;
  const lines = [
    resumed && "Went on where an earlier walk had stopped.",
    `${counts.listed} listed, ${counts.known} known and in step, ${missing} missing, ${stale} stale, ` +
      `${cancelledThere} cancelled there`,
    dryRun ? "Nothing was read back: --dry-run." : `${repaired} repaired, ${purchasesRead} purchases read`,
    cancelledHere > 0 && `${cancelledHere} active there and cancelled here: cancelled is final, nothing was changed`,
    counts.forgotten > 0 && `${counts.forgotten} of somebody who was forgotten: left alone`,
    counts.overtaken > 0 && `${counts.overtaken} changed each time they were read: run again`,
    counts.notReadable > 0 && `${counts.notReadable} not readable: BookingBug's API did not say enough of them`,
    endWords(outcome),
  ];
  return lines.filter((line) => line !== false).join("\n");
}

function endWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "complete":
      return "The list was walked to its end, and is as long as BookingBug says.";
    case "uncounted":
      return "The list was walked to its end; BookingBug does not say how long it is.";
    case "shifted":
      return "The list has not the length that BookingBug says, or shifted: bookings changed meanwhile, and some may not have been listed. Run again; where each ends so, BookingBug's own count is wrong.";
    case "broke_off":
      return `The walk broke off: ${outcome.error.message} Run the same again: it goes on from there.`;
  }
}
