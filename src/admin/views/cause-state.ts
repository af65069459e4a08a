/** How a cause stands, in a tag and in words. */
import type { Cause, CauseState } from "../../synclog/cause.ts";
import { kindOf } from "../../synclog/cause.ts";
import type { ActionEntry } from "../../synclog/entries.ts";
import { type Html, html } from "./html.ts";
import { tag } from "./parts.ts";
import { ago } from "./time.ts";

const ACTIONS: Readonly<Record<ActionEntry["action"], string>> = {
  retry: "a retry",
  dismiss: "a dismissal",
  pick: "a pick",
  decide: "a decision",
  take_back: "a decision that was taken back",
  show_payload: "a look",
  undo: "an undo",
};

type Over = Extract<CauseState, { kind: "resolved" }>["over"];

function overWords({ after }: Over): Html {
  return after === undefined
    ? html`Resolved by itself`
    : html`Resolved after ${ACTIONS[after.action]} by <bdi>${after.by}</bdi>`;
}

export function stateTag({ state, hold }: Pick<Cause, "state" | "hold">): Html {
  const tone = kindOf({ hold }) === "held" ? "warning" : "bad";
  switch (state.kind) {
    case "new":
      return tag(tone, "New");
    case "seen":
      return tag("busy", html`Seen by <bdi>${state.by}</bdi>`);
    case "back":
      return tag(tone, "Back again");
    case "resolved":
      return tag("good", overWords(state.over));
  }
}

/** What the tag has no room for. */
export function stateLine({ state }: Pick<Cause, "state">, now: number): Html | undefined {
  switch (state.kind) {
    case "new":
      return undefined;
    case "seen":
      return html`Seen ${ago(state.at, now)}.`;
    case "back":
      return html`Back since ${ago(state.at, now)}. ${overWords(state.over)} before, ${ago(state.over.at, now)}.`;
    case "resolved":
      return html`${overWords(state.over)}, ${ago(state.over.at, now)}.`;
  }
}
