/** What a handler is given and what it answers, without a word of Express. */
import type { Concerned, Outcome } from "../audit/line.ts";
import type { SignedIn } from "./access/user.ts";
import type { PageVeil } from "./veil.ts";
import type { Html } from "./views/html.ts";

export interface PageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The fields of a posted form. */
  readonly form: URLSearchParams;
  readonly username: string;
  readonly user: SignedIn;
  /** What they may see of people. */
  readonly veil: PageVeil;
  /** Says for the audit trail what it is about, as soon as that is known. */
  readonly concerns: (on: Concerned) => void;
  /** Goes into every form; `NO_BUTTONS` for who may only look. */
  readonly formToken: string;
  /** Goes into the search, which everybody may use. */
  readonly searchToken: string;
  /** Lets a script of ours style the page. */
  readonly styleNonce: string;
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
}

export type Section =
  | "overview"
  | "bookings"
  | "failed"
  | "held"
  | "quarantine"
  | "mappings"
  | "reconciliation"
  | "drift"
  | "jobs"
  | "audit";

export type PageAnswer =
  | { readonly kind: "page"; readonly title: string; readonly section: Section; readonly body: Html }
  /** After something was done: where to look now, and what to say there. */
  | { readonly kind: "done"; readonly to: string; readonly notice: Notice }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "download"; readonly fileName: string; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: "json"; readonly body: unknown };

/** What was done, and to how many. The words are in `views/notices.ts`: a link cannot put words of its own on a page. */
export interface Notice {
  readonly what:
    | "retried"
    | "dismissed"
    | "seen"
    | "picked"
    | "decided"
    | "taken_back"
    | "released"
    | "still_unreadable"
    | "discarded"
    | "paused"
    | "job_started"
    | "job_stopped"
    | "acknowledged"
    | `resumed_${"gate" | "pause" | "gate_and_pause" | "nothing"}`;
  readonly count: number;
}

/** Of a page that is older than what somebody else did. */
export const NOT_IN_QUARANTINE =
  "This delivery is no longer in quarantine: it was read, discarded or dropped meanwhile. What is there is under Quarantine.";

/** The request cannot be fulfilled; the message says what to do next and is shown. */
export class PageError extends Error {
  override readonly name = "PageError";
  readonly kind = "page";
  readonly status: 400 | 403 | 404 | 409 | 502;

  constructor(status: PageError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** What is refused changed nothing; a CRM that did not take something is no refusal of ours. */
export function outcomeOf(error: unknown): Outcome {
  return error instanceof PageError && error.status < 500 ? "refused" : "failed";
}
