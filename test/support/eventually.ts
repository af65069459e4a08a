import { setTimeout as sleep } from "node:timers/promises";

/** Repeats an expectation until it holds; after `withinMs` its own error is thrown. */
export async function eventually(expectation: () => void | Promise<void>, withinMs = 8_000): Promise<void> {
  const deadline = Date.now() + withinMs;
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
