/** Kinds of failure, holds and outcomes in an operator's words. */
import type { PassEntry } from "../../synclog/entries.ts";
import type { Cause } from "../../synclog/failed.ts";
import { type Html, html } from "./html.ts";
import { tag } from "./parts.ts";

const KINDS: Readonly<Record<string, string>> = {
  rejected: "The CRM refuses the data",
  duplicate: "Another record holds a unique value",
  not_found: "The record is gone from the CRM",
  misconfigured: "The CRM's set-up or the mapping does not fit",
  misconfigured_mapping: "The mapping cannot be evaluated",
  deleted_in_crm: "The record was deleted in the CRM",
  unavailable: "The CRM does not answer",
  unauthorised: "The CRM refuses our credentials",
  rate_limited: "The CRM asks us to slow down",
  conflict: "Somebody else was writing at the same time",
};

const HOLDS: Readonly<Record<NonNullable<Cause["hold"]>, string>> = {
  several_match: "Several CRM records match one person",
  cancellation_ambiguous: "A cancellation does not say which booking",
  absent_from_notification: "A booking is missing from the newest notification",
};

/** "The CRM refuses the data: STRING_TOO_LONG, Event BB_Time_Zone__c" */
export function causeTitle({
  kind,
  hold,
  code,
  object,
  fields,
}: Pick<Cause, "kind" | "hold" | "code" | "object" | "fields">): string {
  const what = hold === undefined ? (KINDS[kind] ?? "An unexpected error") : HOLDS[hold];
  const place = [object, fields.join(", ")].filter(Boolean).join(" ");
  const detail = [code, place].filter(Boolean).join(", ");
  return detail === "" || hold !== undefined ? what : `${what}: ${detail}`;
}

const OUTCOMES: Readonly<Record<PassEntry["outcome"], () => Html>> = {
  applied: () => tag("good", "Applied"),
  retrying: () => tag("busy", "Trying again"),
  failed: () => tag("bad", "Failed"),
  held: () => tag("warning", "Held"),
};

export function outcomeTag(outcome: PassEntry["outcome"]): Html {
  return OUTCOMES[outcome]();
}

/** The mapping's line as a link into the playground. */
export function mappingPlace(file: string, line: number): Html {
  return html`<a href="/admin/mappings?file=${encodeURIComponent(file)}&amp;line=${line}"><code>${file}:${line}</code></a>`;
}
