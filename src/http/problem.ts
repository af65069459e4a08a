/** Answers that say what is wrong (RFC 9457), without ever repeating what was sent. */
import type { Response } from "express";

export interface ProblemDetail {
  readonly status: number;
  readonly title: string;
  /** What to do next. */
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

export function sendProblem(response: Response, { extra, ...problem }: ProblemDetail): void {
  response
    .status(problem.status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: "about:blank", ...problem, ...extra }));
}
