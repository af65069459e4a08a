/** Reading what Salesforce says went wrong, in any of the shapes it says it in. */

import { type DuplicateMatch, duplicateMatches } from "./duplicates.ts";

/** One error as Salesforce words it. */
export interface SalesforceFault {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Whom a duplicate rule takes the record for. */
  readonly matches?: readonly DuplicateMatch[];
}

/**
 * Reads the error out of a failed answer: a REST body `[{ errorCode, message, fields }]`, an OAuth body
 * `{ error, error_description }`, a SOAP fault, or anything else, an HTML page included.
 *
 * @returns the first error said; failing that, one whose code is `HTTP_` and the status
 */
export function faultOf(text: string, status: number): SalesforceFault {
  const soap = soapFault(text);
  if (soap !== undefined) return soap;
  const body = parseJson(text);
  for (const candidate of Array.isArray(body) ? body : [body]) {
    const fault = readFault(candidate);
    if (fault !== undefined) return fault;
  }
  if (status === 300) {
    return { code: "MULTIPLE_CHOICES", message: "Several records have this external id.", fields: [] };
  }
  return { code: `HTTP_${status}`, message: `HTTP status ${status}`, fields: [] };
}

/** A fault is a few lines; what is longer is not searched for its end. */
const MAX_SOAP = 10_000;

/** "Standard Error Handling in the Metadata API": `<faultcode>sf:INSUFFICIENT_ACCESS</faultcode>`. */
function soapFault(answer: string): SalesforceFault | undefined {
  const text = answer.slice(0, MAX_SOAP);
  const code = /<faultcode>(?:\w+:)?(\w+)<\/faultcode>/.exec(text)?.[1];
  if (code === undefined) return undefined;
  const said = /<faultstring>([\s\S]*?)<\/faultstring>/.exec(text)?.[1] ?? "";
  return { code, message: said.replace(new RegExp(`^${code}: ?`), ""), fields: [] };
}

/** @returns undefined when the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Rows of a collections answer say `statusCode`, bodies of a failed request `errorCode`, the token endpoint `error`.
 *
 * @param row what the error stands in
 */
export function readFault(value: unknown, row?: unknown): SalesforceFault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const said = value as Readonly<Record<string, unknown>>;
  const code = firstText(said.errorCode, said.statusCode, said.error);
  if (code === undefined) return undefined;
  return {
    code,
    message: firstText(said.message, said.error_description) ?? "",
    fields: Array.isArray(said.fields) ? said.fields.map(String) : [],
    matches: duplicateMatches(value, row),
  };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

/** @param header `Retry-After`: seconds or an HTTP date, as RFC 9110 has it */
export function retryAfterDate(header: string | undefined): Date | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined;
  const at = seconds === undefined ? Date.parse(header) : Date.now() + seconds * 1000;
  return Number.isNaN(at) ? undefined : new Date(at);
}
