/** Sends a text to a chat's incoming webhook, Slack's or one that takes the same. */
import { setTimeout as sleep } from "node:timers/promises";

/** Why an alert did not arrive, without the URL: whoever holds it can post. */
class WebhookError extends Error {
  readonly kind = "webhook";
  readonly retry = false;
  override readonly name = "WebhookError";
}

export type SendText = (text: string) => Promise<void>;

const TIMEOUT_MS = 5_000;
const TRIES = 3;

/** @returns a function that posts `{"text": …}`, at most three times. It throws WebhookError when none was accepted */
export function createWebhook(url: string, pauseMs = 1_000): SendText {
  return async (text) => {
    // Slack reads these three as markup.
    const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    let problem = "";
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const answer = await post(url, JSON.stringify({ text: plain }));
      if (answer.kind === "accepted") return;
      problem = answer.problem;
      if (answer.kind === "refused") break;
      if (attempt < TRIES) await sleep(pauseMs * attempt);
    }
    throw new WebhookError(`The alert webhook did not take the alert: ${problem}. Next: check ALERT_WEBHOOK_URL.`);
  };
}

type Answer = { readonly kind: "accepted" } | { readonly kind: "refused" | "unanswered"; readonly problem: string };

async function post(url: string, body: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
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
