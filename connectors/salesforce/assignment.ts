/**
 * "Assignment Rule Header": without it the org's rules run with every write, and give a record that somebody has taken over back to
 * whom they name. So it is said with each call that they do not, but for records that are to be assigned when they are new.
 */
import type { RecordWrite } from "../connector.ts";

/** The objects that have such rules. */
const ASSIGNED: readonly string[] = ["account", "case", "lead"];

export function hasAssignmentRules(object: string): boolean {
  return ASSIGNED.includes(object.toLowerCase());
}

export function assignmentRuleHeader({ assign = false }: RecordWrite): Readonly<Record<string, string>> {
  return { "Sforce-Auto-Assign": assign ? "TRUE" : "FALSE" };
}
