/** What is wrong with a body, in places and words that repeat nothing of it. */

export interface Problem {
  /** Where in the body, e.g. `_embedded.bookings[0].datetime`; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}

/** A few bytes may be wrong in tens of thousands of places; nobody reads more of them than these. */
export const MAX_PROBLEMS = 20;

/** The first problems, and where there are others a last one that says how many. @param unseen parts that were not looked at */
export function firstProblems(problems: readonly Problem[], unseen = 0): readonly Problem[] {
  const first = problems.slice(0, MAX_PROBLEMS);
  const rest = problems.length - first.length + unseen;
  return rest === 0 ? first : [...first, { path: "", message: `and ${rest.toLocaleString("en-GB")} more` }];
}
