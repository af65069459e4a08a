import type { MappingProblem } from "../mapping/problems.ts";

/** What is found in mapping files. */
export interface Judged {
  readonly problems: readonly MappingProblem[];
  /** What works, and is seldom what was meant, or could not be found out. */
  readonly warnings: readonly MappingProblem[];
}
