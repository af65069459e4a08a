/** What jobs on many work with. Put together in `app`. */
import type { OperateDeps } from "../operate/deps.ts";
import type { Locks } from "../redis/locks.ts";
import type { BulkStore, Progress } from "./store.ts";

/** What it queues comes behind whatever is live: `queueSettings` and `receiveAgain` say so. */
export interface BulkDeps extends OperateDeps {
  readonly store: BulkStore;
  readonly locks: Pick<Locks, "withLocks">;
  /** Purchases of a job that may wait for a CRM at a time. */
  readonly mostWaiting: number;
}

/** How often is looked whether something is through. */
export const POLL_MS = 500;

/** Where the work on a job came to. */
export type Reached =
  | { readonly kind: "stopped" }
  /** What is in hand waits for a CRM that is paused: another job may go on meanwhile. */
  | { readonly kind: "gave_way" }
  /** All that were meant were seen to. */
  | { readonly kind: "end"; readonly progress: Progress };

/** How a job goes through what is meant, a part at a time. */
export interface Going {
  /** Whoever took it up before may have gone down anywhere. */
  resume(at: Progress): Promise<Progress>;
  /** @returns undefined where none are left; `at` itself where nothing can be taken up just now */
  takeUp(at: Progress, limit: number): Promise<Progress | undefined>;
  /** Counts those that are through. */
  through(at: Progress): Promise<Progress>;
  /** Whether a CRM that it is about is paused. */
  isHeldUp(): Promise<boolean>;
}
