/** Walks over BookingBug's bookings as tables: what they found, and what never came. */
import { type NeverCame, neverCameIn, type Walk } from "../../reconcile/history.ts";
import { type Html, html } from "./html.ts";
import { crmName, type Tone, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

const OUTCOMES: Readonly<Record<Walk["outcome"]["kind"], readonly [Tone, string]>> = {
  complete: ["good", "Complete"],
  uncounted: ["good", "To its end"],
  shifted: ["warning", "Shifted"],
  broke_off: ["bad", "Broke off"],
};
const BY: Readonly<Record<Walk["by"], string>> = {
  schedule: "by schedule",
  start: "after a time without a web process",
  command: "by command",
};

export function walksTable(walks: readonly Walk[], crms: readonly string[], now: number): Html {
  const head = ["Began", "Over", "Bookings", "Differed", "Read back", "Left", "Ended"];
  const rows = walks.map((walk) => walkRow(walk, crms, now));
  return table("The last walks", head, rows, "stack");
}

function walkRow(
  { by, startedAt, companies, windows, outcome, resumed, ...found }: Walk,
  crms: readonly string[],
  now: number,
): Html {
  const { counts, inCrms } = found;
  const [tone, word] = OUTCOMES[outcome.kind];
  return html`<tr><td>${ago(startedAt, now)}<br><small>${BY[by]}${resumed && ", resumed"}</small></td>
<td>${windows.map(windowWords).join(", ")}<br><small>company ${companies.join(", ")}</small></td>
<td>${[`${counts.listed} at BookingBug`, `${counts.known} known`, ...crms.map((crm) => `${inCrms[crm] ?? 0} in ${crmName(crm)}`)].join(", ")}</td>
<td>${parts("none differed", [
    ["missing", counts.missing],
    ["stale", counts.stale],
    ["cancelled there", counts.cancelledThere],
    ["cancelled here", counts.cancelledHere],
  ])}</td>
<td>${counts.repaired} read back</td>
<td>${parts("none left", [
    ["changed meanwhile", counts.overtaken],
    ["not readable", counts.notReadable],
    ["forgotten", counts.forgotten],
  ])}</td>
<td>${tag(tone, word)}${outcome.kind === "broke_off" && html`<br><small>${outcome.why}</small>`}</td></tr>`;
}

function parts(none: string, counted: readonly (readonly [string, number])[]): string {
  const some = counted.filter(([, count]) => count > 0).map(([words, count]) => `${count} ${words}`);
  return some.length === 0 ? none : some.join(", ");
}

function windowWords(window: Walk["windows"][number]): string {
  if (window.kind === "changed") return `what changed in ${Math.round(window.lastMs / 3_600_000)} h`;
  return window.from === window.to
    ? `appointments of ${window.from}`
    : `appointments from ${window.from} to ${window.to}`;
}

const WHY: Readonly<Record<NeverCame["why"][number], Html>> = {
  down: html`no web process of ours was there`,
  refused: html`sign-ins to the notification URLs were refused`,
  quarantined: html`some deliveries could not be read, see the <a href="/admin/quarantine">quarantine</a>`,
  not_noted: html`it is not known whether we were there`,
  never_posted: html`we were there and refused nothing: BookingBug did not post it`,
};
const MOST_HOURS = 100;

/** Newest first. */
export function neverCameTable(walks: readonly Walk[], now: number): Html {
  const found = walks.filter((walk) => neverCameIn(walk) > 0);
  const lines = found.flatMap((walk) => walk.neverCame.toReversed().map((one) => ({ ...one, at: walk.endedAt })));
  const rows = lines.slice(0, MOST_HOURS).map(
    ({
      hour,
      count,
      why,
      at,
    }) => html`<tr><td>${hour === undefined ? "BookingBug does not say" : hourWords(hour)}</td><td>${count}</td>
<td>${why.length === 0 ? "not known" : why.map((one, index) => [index > 0 && "; ", WHY[one]])}</td><td>found ${ago(at, now)}</td></tr>`,
  );
  return table("Notifications that never came", ["Changed in", "How many", "Why it can be", "Found"], rows, "stack");
}

/** "2026-11-30 02:00 to 03:00" */
function hourWords(hour: string): string {
  const end = new Date(Date.parse(hour) + 3_600_000).toISOString();
  return `${hour.slice(0, 10)} ${hour.slice(11, 16)} to ${end.slice(11, 16)}`;
}
