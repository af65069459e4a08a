/** What is wrong with a body, in places and words that repeat nothing of it. */

export interface Problem {
  /** Where in the body, e.g. `_embedded.bookings[0].datetime`; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}
