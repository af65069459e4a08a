/** The one verdict over everything: what pages show, readiness says and alerts are sent of. */
import { inSentence } from "../synclog/failure-kinds.ts";
import { crmFindings } from "./crm.ts";
import type { Facts, Limits } from "./facts.ts";
import { FINDING_KINDS, type Finding, type Severity } from "./findings.ts";
import { serviceFindings } from "./service.ts";

/** `good`: nothing is wrong, as far as the facts say. */
export type Level = "good" | Severity;

export interface Verdict {
  readonly level: Level;
  /** What is worst, first. */
  readonly findings: readonly Finding[];
}

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  good: "Everything runs",
  warning: "Something is worth a look",
  bad: "Appointments are late or wrong in a CRM",
};

export function judge(facts: Facts, limits: Limits): Verdict {
  const found = [...serviceFindings(facts, limits), ...facts.crms.flatMap((crm) => crmFindings(crm, facts, limits))];
  const findings = found.toSorted((a, b) => rank(a) - rank(b));
  return { level: findings[0]?.severity ?? "good", findings };
}

function rank({ severity, kind }: Finding): number {
  return (severity === "bad" ? 0 : FINDING_KINDS.length) + FINDING_KINDS.indexOf(kind);
}

/** For whoever is not signed in: no figure, no address, nobody's words. */
export function inWords({ level, findings }: Verdict): string {
  const titles = findings.map(({ about, title }) => `${about}: ${inSentence(title)}`);
  return [LEVEL_WORDS[level], ...(titles.length > 0 ? [titles.join("; ")] : [])].join(". ");
}
