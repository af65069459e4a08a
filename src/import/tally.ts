/** Numbers of records, by CRM and section of its mapping. */
import type { PlannedRecord, Verdict } from "./plan-file.ts";

export interface SectionCount {
  readonly section: string;
  readonly object: string;
  readonly counts: Readonly<Partial<Record<Verdict, number>>>;
}

export interface Tally {
  add(crm: string, record: PlannedRecord): void;
  of(crm: string): SectionCount[];
}

export function createTally(): Tally {
  const crms = new Map<string, Map<string, SectionCount>>();
  return {
    add(crm, { section, object, verdict }) {
      const sections = crms.get(crm) ?? new Map<string, SectionCount>();
      const counts: SectionCount["counts"] = sections.get(section)?.counts ?? {};
      sections.set(section, { section, object, counts: { ...counts, [verdict]: (counts[verdict] ?? 0) + 1 } });
      crms.set(crm, sections);
    },
    of: (crm) => [...(crms.get(crm)?.values() ?? [])],
  };
}
