/** What `crm-sync drift` prints. */
import type { Drifted, DriftedField } from "../drift/store.ts";
import type { SweepEnd, Swept } from "../drift/sweep.ts";
import type { Tally } from "../drift/tally.ts";

interface Found {
  readonly crm: string;
  /** Undefined where another process makes a round just now. */
  readonly swept: Swept | undefined;
  readonly entries: readonly Drifted[];
  readonly tally: Tally;
  /** Whether what is in the fields is told. */
  readonly values: boolean;
}

/** More than this nobody reads on a terminal; `--json` has all. */
const LISTED = 100;

export function driftText({ crm, swept, entries, tally, values }: Found): string {
  const { byField, deleted, merged, records } = tally;
  const lines = [
    swept === undefined ? `${crm}: another process looks just now; what is known so far:` : roundLine(crm, swept),
    ...(swept === undefined ? [] : endLines(swept)),
    records === 0 && "  Everything that was looked at is as it was written.",
    ...Object.entries(byField).map(([field, count]) => `  ${count} edited: ${field}`),
    deleted > 0 && `  ${deleted} deleted`,
    merged > 0 && `  ${merged} merged into another record`,
    ...entries.slice(0, LISTED).flatMap((one) => entryLines(one, values)),
    entries.length > LISTED && `  and ${entries.length - LISTED} more; --json has all`,
  ];
  return lines.filter((line) => line !== false).join("\n");
}

function roundLine(crm: string, { round: { counts } }: Swept): string {
  return `${crm}: ${counts.records} records of ${counts.purchases} purchases looked at, in ${counts.calls} calls`;
}

function endLines({ end, round: { counts } }: Swept): (string | false)[] {
  return [
    END_WORDS[end.kind] !== "" && `  ${END_WORDS[end.kind]}${end.kind === "broke_off" ? `: ${end.error.message}` : ""}`,
    counts.underWay > 0 && `  ${counts.underWay} purchases with something that waits: not looked at`,
    counts.unread > 0 && `  ${counts.unread} records with a field that the CRM does not let us read`,
    counts.notKept > 0 && `  ${counts.notKept} more than are kept: mend some of the others first`,
  ];
}

const END_WORDS: Readonly<Record<SweepEnd["kind"], string>> = {
  complete: "",
  calls_spent: "The day's calls for this are spent: the same command, or the worker, goes on from there tomorrow.",
  closed: "The CRM is paused: the round goes on from there once it is not.",
  stopped: "The round was stopped, and goes on from there the next time.",
  broke_off: "The CRM did not answer; the round goes on from there the next time",
};

function entryLines(entry: Drifted, values: boolean): string[] {
  const what = `  purchase ${entry.purchaseId}, ${entry.section} (${entry.object} ${entry.id})`;
  switch (entry.kind) {
    case "deleted":
      return [`${what} was deleted`];
    case "merged":
      return [`${what} was merged into ${entry.into}`];
    case "drifted":
      return [`${what}:`, ...entry.fields.map((field) => `    ${fieldWords(field, values)}`)];
  }
}

function fieldWords({ field, base, ours, theirs, at, by, isLink }: DriftedField, values: boolean): string {
  const words = isLink ? `${field}, a link,` : field;
  const sides = values ? ` holds ${told(theirs)}; written ${told(base)}, now due ${told(ours)}` : " is not as written";
  const editor = values && by !== undefined ? `; by ${by}` : "";
  return `${words}${sides}${editor}${at === undefined ? "" : `; edited ${at}`}`;
}

const told = (value: DriftedField["theirs"]): string => JSON.stringify(value);

export function jsonOf({ crm, swept, entries, tally, values }: Found) {
  const { byEditor, ...counts } = tally;
  return {
    crm,
    ...(swept === undefined ? { outcome: "elsewhere" } : { outcome: swept.end.kind, ...swept.round.counts }),
    tally: values ? tally : counts,
    ...(values && { byEditor }),
    drifted: values ? entries : entries.map(withoutValues),
  };
}

function withoutValues(entry: Drifted) {
  return entry.kind === "drifted" ? { ...entry, fields: entry.fields.map(({ field }) => field) } : entry;
}
