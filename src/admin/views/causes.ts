/** Kinds of failure, holds and outcomes in an operator's words. */

import type { Cause } from "../../synclog/cause.ts";
import type { PassEntry } from "../../synclog/entries.ts";
import { failureKind } from "../../synclog/failure-kinds.ts";
import { HOLD_TITLES } from "../../synclog/hold-reasons.ts";
import { type Html, html } from "./html.ts";
import { tag } from "./parts.ts";

/** "The CRM refuses the data: STRING_TOO_LONG, Event BB_Time_Zone__c" */
export function causeTitle({
  kind,
  hold,
  code,
  object,
  fields,
}: Pick<Cause, "kind" | "hold" | "code" | "object" | "fields">): string {
  const what = hold === undefined ? failureKind(kind).title : HOLD_TITLES[hold];
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
