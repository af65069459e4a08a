/** The timeline of a purchase as lines, newest last. */

import { leftOutSentence } from "../operate/show/left-out.ts";
import { unidentifiedSentence } from "../operate/show/unidentified.ts";
import type { ShownDrift, ShownEntry, ShownPass } from "../operate/show/veil.ts";

export function timelineLines(entries: readonly ShownEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === "pass") return passLines(entry);
    if (entry.kind === "drift") return [driftLine(entry)];
    const detail = entry.detail === undefined ? "" : `: ${entry.detail}`;
    return [`${entry.at} ${entry.by}: ${entry.action.replaceAll("_", " ")} (${entry.crm})${detail}`];
  });
}

function driftLine({ at, crm, section, object, id, what }: ShownDrift): string {
  const head = `${at} ${crm}: ${section}: ${object} ${id}`;
  switch (what.kind) {
    case "edited":
      return `${head} was edited in the CRM: ${what.fields.map(editedWords).join(", ")}`;
    case "deleted":
      return `${head} was deleted in the CRM`;
    case "merged":
      return `${head} was merged into ${what.into} in the CRM`;
    case "settled":
      return `${head} is as it was written again, or is left as it is`;
  }
}

type EditedField = Extract<ShownDrift["what"], { kind: "edited" }>["fields"][number];

function editedWords({ field, from, to, by, at }: EditedField): string {
  const values = to === undefined ? "" : ` ${quoted(from)} -> ${quoted(to)}`;
  const who = [by !== undefined && `by ${by}`, at !== undefined && `at ${at}`].filter((one) => one !== false);
  return `${field}${values}${who.length > 0 ? ` (${who.join(" ")})` : ""}`;
}

function passLines({ at, crm, outcome, times, durationMs, asked, ...pass }: ShownPass): string[] {
  const repeated = times > 1 ? `, ${times} times` : "";
  const cost = `${durationMs} ms, ${asked.lookUps} look-ups, ${asked.writes} writes`;
  return [
    `${at} ${crm}: ${outcome}${repeated}, ${cost}`,
    ...pass.notifications.map(notificationLine),
    ...pass.records.map(recordLine),
    ...(pass.unidentified ?? []).map((one) => `  ${unidentifiedSentence(one)}`),
    ...pass.failures.map((failure) => `  ${failureLine(failure)}`),
  ];
}

export function failureLine({ sentence, hold, requestId }: ShownPass["failures"][number]): string {
  const candidates = hold && "candidates" in hold ? ` ${hold.object}: ${hold.candidates.join(", ")}.` : "";
  const request = requestId === undefined ? "" : ` The CRM's id of the request: ${requestId}.`;
  return sentence + candidates + request;
}

function notificationLine({ seq, route, says, changes }: ShownPass["notifications"][number]): string {
  const what = changes.map(({ bookingId, kind }) => `booking ${bookingId} ${kind}`);
  return `  #${seq} ${route.replaceAll("_", " ")}, ${says}: ${what.length === 0 ? "no change" : what.join(", ")}`;
}

function recordLine({ key, object, id, action, changes, skipped, leftOut = [] }: ShownPass["records"][number]): string {
  const written = changes.map(({ field, from, to }) =>
    to === undefined ? field : `${field} ${quoted(from)} -> ${quoted(to)}`,
  );
  const alone = skipped.map(({ field, why }) => `${field} left alone (${why})`);
  const refused = leftOut.map((one) => `${one.field} ${leftOutSentence(one)}`);
  const fields = [...written, ...alone, ...refused];
  return `  ${key}: ${object} ${id} ${action}${fields.length === 0 ? "" : `: ${fields.join(", ")}`}`;
}

function quoted(value: unknown): string {
  return value === undefined ? "unknown" : JSON.stringify(value);
}
