/** Whether we are in step with BookingBug, and what people did in the CRMs, in one line. */
import type { Standing } from "../../reconcile/standing.ts";
import { type DriftSeen, driftWords } from "./drift-words.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural, type Tone, tag } from "./parts.ts";
import { asOf } from "./time.ts";

const TAGS: Readonly<Record<Standing["kind"], readonly [Tone, string]>> = {
  not_configured: ["plain", "Not compared"],
  never: ["plain", "Not compared yet"],
  broke_off: ["bad", "Broke off"],
  overdue: ["bad", "Overdue"],
  shifted: ["warning", "Uncertain"],
  behind: ["bad", "Not in step"],
  never_came: ["warning", "Read back"],
  not_in_crms: ["plain", "On the way then"],
  in_step: ["good", "In step"],
};

/**
 * @param crms what people did in each
 * @param more what stands after it: the way to the page about it
 */
export function standingLine(standing: Standing, crms: readonly DriftSeen[], now: number, more?: Html): Html {
  const [tone, short] = TAGS[standing.kind];
  const { words, reason } = driftWords(crms);
  // What is worse stays what is said first; an edit is nobody's fault.
  const isWorse = tone === "warning" || tone === "bad";
  const said = reason === undefined || isWorse ? tag(tone, short) : tag("warning", reason);
  return html`<p>${said} ${sentence(standing, now)} ${words.map((one) => html`${one} `)}${more}</p>`;
}

function sentence(standing: Standing, now: number): Html {
  switch (standing.kind) {
    case "not_configured":
      return html`BookingBug’s API is not configured: what BookingBug does not post is not noticed.`;
    case "never":
      return html`No walk over BookingBug’s bookings has ended yet.`;
    case "broke_off":
      return html`The last walk, of ${asOf(standing.at, now)}, broke off: ${standing.why}`;
    case "overdue":
      return html`The last walk is of ${asOf(standing.at, now)}, and there should have been another. See whether a worker runs, and what it logs.`;
    case "shifted":
      return html`BookingBug’s list of ${asOf(standing.at, now)} had another length than it says, or shifted: some bookings may not have been listed. Bookings changed meanwhile; where every walk ends so, BookingBug’s own count is wrong.`;
    case "behind":
      return html`${plural(standing.left, "booking")} could not be brought in step at ${asOf(standing.at, now)}.`;
    case "never_came":
      return html`${plural(standing.count, "notification")} never came; read back at ${asOf(standing.at, now)}.`;
    case "not_in_crms":
      return html`All is known as of ${asOf(standing.at, now)}; ${behind(standing.crms)} then.`;
    case "in_step":
      return html`In step as of ${asOf(standing.at, now)}.`;
  }
}

function behind(crms: Readonly<Record<string, number>>): string {
  return Object.entries(crms)
    .map(([crm, count]) => `${plural(count, "booking")} waited for ${crmName(crm)}`)
    .join(", ");
}
