/** What BookingBug posts when something changes: once, whatever is answered, unless it is to be patient. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Callbacks } from "./options.ts";

export type Change = "bookings" | "updates" | "cancellations";

export interface Poster {
  post(change: Change, body: unknown): void;
  /** Waits until everything that was posted is answered, or refused. */
  settled(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const AGAIN_MS = 200;

export function createPoster(callbacks: Callbacks | undefined): Poster {
  const underWay = new Set<Promise<unknown>>();

  async function send(to: Callbacks, change: Change, body: unknown): Promise<void> {
    const { username, password, whenBusy, ...urls } = to;
    const response = await fetch(urls[change] ?? urls.bookings, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.status !== 503 || whenBusy !== "posted_again") return;
    await sleep(AGAIN_MS);
    await send(to, change, body);
  }

  return {
    post(change, body) {
      if (callbacks === undefined) return;
      // No document says that it tries again.
      const posted: Promise<unknown> = send(callbacks, change, body)
        .catch(() => {})
        .finally(() => underWay.delete(posted));
      underWay.add(posted);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
