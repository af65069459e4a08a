/** Errors that nobody foresaw, made fit for logs, jobs and the dashboard: parsers quote what they could not read. */
import { redactCrmWords } from "../../connectors/redact.ts";

/** Something nobody foresaw; it might heal. */
class UnexpectedError extends Error {
  readonly kind = "unexpected";
  readonly retry = true;
  override readonly name = "UnexpectedError";
}

/** @returns the error, if it was foreseen; else one with the same stack and a message without personal data */
export function madeSafe(error: unknown): Error {
  return error instanceof Error && "kind" in error ? error : unexpected(error);
}

function unexpected(error: unknown): UnexpectedError {
  const safe = new UnexpectedError(safeWords(error));
  if (!(error instanceof Error)) return safe;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  safe.stack = [`${safe.name}: ${safe.message}`, ...frames].join("\n");
  return safe;
}

function safeWords(error: unknown): string {
  if (!(error instanceof Error)) return "Something failed without saying why.";
  // These two quote the text they were given.
  const quotes = error instanceof SyntaxError || error.name === "ZodError" || error.name === "$ZodError";
  return quotes
    ? `${error.name}: something stored could not be read.`
    : `${error.name}: ${redactCrmWords(error.message)}`;
}
