/** Who tells the service what happens in a chaos run: like a patient sender, what is not acknowledged is sent again. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import type { Progress } from "./chaos-fleet.ts";
import type { Memory } from "./chaos-memory.ts";
import type { Operator } from "./chaos-operator.ts";
import type { Step, Told } from "./chaos-world.ts";

export interface SendOptions {
  readonly url: string;
  readonly operator: Operator;
  readonly memory: Memory;
  readonly progress: Progress;
  readonly deadline: number;
  readonly onProgress: (line: string) => void;
}

const AUTHORIZATION = basic(BOOKINGBUG);
const receipts = z.object({ deliveryId: z.string() });
const AT_ONCE = 16;
const PAUSE_MS = 100;

/** @param stories told some at a time, the steps of each in order */
export async function happen(stories: readonly (readonly Step[])[], options: SendOptions): Promise<void> {
  const { progress, operator, memory, onProgress } = options;
  const left = stories.values();
  async function sender(): Promise<void> {
    for (const steps of left) {
      for (const step of steps) {
        if (step.kind !== "tell") {
          await operator.act(step);
          continue;
        }
        memory.acknowledged(await tell(step, options));
        progress.acknowledged += 1;
        if (progress.acknowledged % 1_000 === 0) onProgress(`${progress.acknowledged} acknowledged`);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

/** @returns the delivery's id. @throws Error when it has not been acknowledged at the deadline */
async function tell({ route, body }: Told, { url, deadline }: SendOptions): Promise<string> {
  const text = JSON.stringify(body);
  for (;;) {
    const request = {
      method: "POST",
      headers: { authorization: AUTHORIZATION },
      body: text,
      signal: AbortSignal.timeout(10_000),
    };
    const response = await fetch(`${url}/notifications/${route}`, request).catch(() => undefined);
    const receipt = receipts.safeParse(await response?.json().catch(() => undefined));
    if (response?.status === 202 && receipt.success) return receipt.data.deliveryId;
    if (response !== undefined && response.status >= 400 && response.status < 500)
      throw new Error(`refused with ${response.status}`);
    if (Date.now() > deadline) throw new Error("a notification was not acknowledged in all the time there was");
    await sleep(PAUSE_MS);
  }
}
