import type { Answer } from "./channel.ts";

const TIMEOUT_MS = 5_000;

/** Posts JSON once. Follows no redirect: what is posted is meant for that address. */
export async function post(url: string, body: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: "accepted" };
    const passes = response.status === 429 || response.status >= 500;
    return { kind: passes ? "unanswered" : "refused", problem: `HTTP status ${response.status}` };
  } catch (error) {
    return { kind: "unanswered", problem: error instanceof Error ? error.name : "no answer" };
  }
}
