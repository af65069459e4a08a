/** A chat's incoming webhook, Slack's or one that takes the same. */
import { postJson } from "../http/post-json.ts";
import { type Channel, PAUSE_MS, persist } from "./channel.ts";
import { inText } from "./message.ts";

export function createWebhook(url: string, pauseMs = PAUSE_MS): Channel {
  const name = "ALERT_WEBHOOK_URL";
  return {
    name,
    async send(message) {
      // Slack reads these three as markup.
      const text = inText(message).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      await persist(name, pauseMs, () => postJson(url, JSON.stringify({ text })));
    },
  };
}
