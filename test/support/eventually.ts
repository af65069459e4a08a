import { setTimeout as sleep } from "node:timers/promises";

/** Far more than anything takes on a slow and busy machine, and less than jest waits for a test. */
const PATIENCE_MS = 60_000;

/** Repeats an expectation until it holds; when it never does, its own error is thrown. */
export async function eventually(expectation: () => void | Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
