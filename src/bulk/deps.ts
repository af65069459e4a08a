/** What jobs on many work with. Put together in `app`. */
import type { OperateDeps } from "../operate/deps.ts";
import type { BulkStore, Progress } from "./store.ts";

/** What it queues comes behind whatever is live: `queueSettings` and `receiveAgain` say so. */
export interface BulkDeps extends OperateDeps {
  readonly store: BulkStore;
  /** Purchases of a job that may wait for a CRM at a time. */
  readonly mostWaiting: number;
}

/** How often is looked whether something is through. */
export const POLL_MS = 500;

/** Where the work on a job came to. */
export type Reached =
  | { readonly kind: "stopped" }
  /** All that were meant were seen to. */
  | { readonly kind: "end"; readonly progress: Progress };
