/** The sentence that confirms what was just done. */
import { RESUMED_WORDS } from "../../operate/resume.ts";
import type { Notice } from "../page.ts";

const UNAUDITED_MARK = "unaudited";

const SENTENCES: Readonly<Record<Notice["what"], (count: number) => string>> = {
  retried: (count) =>
    `${purchases(count)} queued again. What succeeds leaves the list by itself; reload the page in a moment.`,
  dismissed: (count) => `${purchases(count)} dismissed. A new notification brings a purchase up again.`,
  picked: (count) =>
    `The record was picked and will be used for this person from now on. ${count === 1 ? "1 purchase goes" : `${count} purchases go`} on.`,
  seen: () => "Noted that you have seen it. It stays on the list until it is mended.",
  decided: () =>
    "Decided. The booking is being written. Until BookingBug reports on the purchase it can be taken back.",
  taken_back: () => "Taken back. The booking is being written as it was before, and waits for a decision again.",
  released: (count) => `${deliveries(count)} read and queued.`,
  still_unreadable: (count) => `${deliveries(count)} still cannot be read.`,
  discarded: (count) => `${deliveries(count)} discarded.`,
  paused: () => "Paused. Notifications are received and kept; they are applied when it goes on.",
  job_started: () => "The job is started. A worker does it; this page may be closed.",
  job_stopped: () => "The job is stopped: nothing more of it is taken up.",
  acknowledged: () => "Acknowledged. Nobody is told of it again until it is over.",
  resumed_gate: () => RESUMED_WORDS.gate,
  resumed_pause: () => RESUMED_WORDS.pause,
  resumed_gate_and_pause: () => RESUMED_WORDS.gate_and_pause,
  resumed_nothing: () => RESUMED_WORDS.nothing,
};

const UNAUDITED = "It could not be noted in the audit trail; the service's log has it.";

/** @returns undefined when the query names no notice */
export function noticeOf(query: URLSearchParams): string | undefined {
  const done = doneOf(query);
  return query.has(UNAUDITED_MARK) ? [done, UNAUDITED].filter((one) => one !== undefined).join(" ") : done;
}

function doneOf(query: URLSearchParams): string | undefined {
  const what = query.get("done") ?? "";
  const count = Number(query.get("count"));
  if (!Object.hasOwn(SENTENCES, what) || !Number.isSafeInteger(count)) return undefined;
  return SENTENCES[what as Notice["what"]](count);
}

/** @param noted whether the audit trail has it */
export function withNotice(path: string, { what, count }: Notice, noted: boolean): string {
  const [page = "", anchor] = path.split("#");
  const mark = noted ? "" : `&${UNAUDITED_MARK}=`;
  const query = `${page.includes("?") ? "&" : "?"}done=${what}&count=${count}${mark}`;
  return `${page}${query}${anchor === undefined ? "" : `#${anchor}`}`;
}

/** The same query for a page that could not be noted. */
export function unaudited(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query, [UNAUDITED_MARK, ""]]);
}

function purchases(count: number): string {
  return count === 1 ? "1 purchase" : `${count} purchases`;
}

function deliveries(count: number): string {
  return count === 1 ? "1 delivery" : `${count} deliveries`;
}
