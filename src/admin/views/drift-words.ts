/** What people did in the CRMs, in few words for a line about how everything stands. */
import type { DriftFigures } from "../../drift/figures.ts";
import { driftPath } from "../../health/places.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural } from "./parts.ts";

export interface DriftSeen {
  readonly crm: string;
  readonly drift: DriftFigures;
}

export interface DriftWords {
  readonly words: readonly Html[];
  /** Why somebody should look; edits alone are no reason. */
  readonly reason: string | undefined;
}

export function driftWords(all: readonly DriftSeen[]): DriftWords {
  const reasons = [
    all.some(({ drift }) => drift.deleted > 0) && "Records deleted",
    all.some(({ drift }) => drift.ask > 0) && "Waits for you",
  ];
  return { words: all.flatMap(wordsOf), reason: reasons.find((one) => one !== false) };
}

function wordsOf({ crm, drift: { deleted, edited, ask } }: DriftSeen): Html[] {
  const name = crmName(crm);
  const are = edited === 1 ? "is" : "are";
  return [
    deleted > 0 &&
      html`${name} no longer has <a href="${driftPath(crm, "deleted")}">${plural(deleted, "record")}</a> that ${deleted === 1 ? "was" : "were"} written.`,
    edited > 0 &&
      html`<a href="${driftPath(crm, "edited")}">${plural(edited, "record")}</a> edited in ${name} ${are} left as edited${ask > 0 && html`, <a href="${driftPath(crm, "ask")}">${ask}</a> of them until you decide`}.`,
  ].filter((one) => one !== false);
}
