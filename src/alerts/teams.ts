/**
 * Microsoft Teams: the webhook of a workflow ("When a Teams webhook request is received"), which posts the Adaptive Card
 * that it is sent. Runs of text and not blocks: blocks read Markdown, and a CRM's words could make a link of their own.
 */
import { postJson } from "../http/post-json.ts";
import { type Channel, PAUSE_MS, persist } from "./channel.ts";
import { inBrief, type Message, type Notice } from "./message.ts";

/** Teams takes 28 KB in all: of what is longer the beginning. */
const MAX_TITLE = 150;
const MAX_DETAIL = 400;

export function createTeams(url: string, pauseMs = PAUSE_MS): Channel {
  const name = "ALERT_TEAMS_URL";
  return {
    name,
    send: (message) => persist(name, pauseMs, () => postJson(url, JSON.stringify(cardOf(message)))),
  };
}

function cardOf(message: Message): object {
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: inBrief(message),
    msteams: { width: "Full" },
    body: message.notices.flatMap(blocksOf),
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

function blocksOf({ title, detail, link }: Notice): object[] {
  const heading = block([{ type: "TextRun", text: cut(title, MAX_TITLE), weight: "Bolder" }], { separator: true });
  const more = detail === undefined ? [] : [block([{ type: "TextRun", text: cut(detail, MAX_DETAIL) }])];
  return [heading, ...more, ...(link === undefined ? [] : [block([linkRun(link)])])];
}

/** A path alone cannot be followed. */
function linkRun(link: string): object {
  const run = { type: "TextRun", text: link };
  return URL.canParse(link) ? { ...run, selectAction: { type: "Action.OpenUrl", title: "Open", url: link } } : run;
}

function block(inlines: readonly object[], more: object = { spacing: "Small" }): object {
  return { type: "RichTextBlock", inlines, ...more };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
