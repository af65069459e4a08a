/** `crm-sync reconcile --crm`: whether the CRMs hold what was written to them. */
import type { Tools } from "../app/tools.ts";
import { verdictNoted } from "../operate/verdict/noted.ts";
import type { Difference, Verdict } from "../operate/verdict/verdict.ts";
import { printable } from "./printable.ts";
import { say, showProgress } from "./terminal.ts";

/** One CRM after the other. The exit code is 1 where something differs, or not everything could be looked at. */
export async function runVerdict(tools: Tools, { json }: { readonly json: boolean }): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const { crm, connector, ledger } of tools.crms) {
    const onLook = (records: number): void => showProgress(records, records);
    verdicts.push(await verdictNoted({ ...tools, crm, connector, ledger }, "command", onLook));
  }
  const urlOf = (crm: string, { object, id }: Difference): string | undefined =>
    tools.crms.find((one) => one.crm === crm)?.connector.recordUrl(object, id);
  say(
    json
      ? JSON.stringify(
          verdicts.map((verdict) => jsonOf(verdict, urlOf)),
          null,
          2,
        )
      : verdicts.map((verdict) => textOf(verdict, urlOf)).join("\n\n"),
  );
  if (!verdicts.every(isInStep)) process.exitCode = 1;
}

function isInStep({ outcome, different }: Verdict): boolean {
  return outcome.kind === "complete" && Object.values(different).every((count) => count === 0);
}

type UrlOf = (crm: string, difference: Difference) => string | undefined;

/** Names of fields and not what is in them, which may be about a person. */
function textOf(verdict: Verdict, urlOf: UrlOf): string {
  const { crm, outcome, purchases, underWay, records, calls, different, differences } = verdict;
  const total = different.gone + different.merged + different.differs;
  const lines = [
    `${crm}: ${records} records of ${purchases} purchases looked at, in ${calls} calls`,
    underWay > 0 && `  ${underWay} purchases with something that waits, failed or is held: not looked at`,
    total === 0
      ? "  Everything is as it was written."
      : `  ${different.differs} edited, ${different.gone} gone, ${different.merged} merged since they were written:`,
    ...differences.map((one) => `  ${lineOf(one)} ${urlOf(crm, one)}`),
    total > differences.length && `  and ${total - differences.length} more`,
    outcome.kind === "share_used" && "  A twentieth of the day's calls is used up: older purchases were not looked at.",
    outcome.kind === "broke_off" && `  Broke off: ${outcome.error.message}`,
  ];
  return lines
    .filter((line) => line !== false)
    .map(printable)
    .join("\n");
}

function lineOf(difference: Difference): string {
  const { purchaseId, section, object, id } = difference;
  const what = `purchase ${purchaseId}, ${section} (${object} ${id})`;
  switch (difference.kind) {
    case "gone":
      return `${what} is gone`;
    case "merged":
      return `${what} was merged into ${difference.into}`;
    case "differs":
      return `${what} has other values: ${difference.fields.map(({ field }) => field).join(", ")}`;
  }
}

function jsonOf({ outcome, differences, ...counts }: Verdict, urlOf: UrlOf) {
  const why = outcome.kind === "broke_off" ? { why: outcome.error.message } : {};
  return {
    ...counts,
    outcome: outcome.kind,
    ...why,
    differences: differences.map((one) => ({
      ...one,
      ...(one.kind === "differs" && { fields: one.fields.map(({ field }) => field) }),
      url: urlOf(counts.crm, one),
    })),
  };
}
