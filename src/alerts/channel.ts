/** A place where messages are sent, and why one did not get there. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../http/post-json.ts";
import type { Message } from "./message.ts";

export interface Channel {
  /** The setting that it was set up by. */
  readonly name: string;
  /** @throws ChannelError when it was not taken */
  send(message: Message): Promise<void>;
}

/** Without the address, which may be all that is needed to send there. */
class ChannelError extends Error {
  readonly kind = "channel";
  readonly retry = false;
  override readonly name = "ChannelError";
}

const TRIES = 3;
export const PAUSE_MS = 1_000;

/** Tries a few times, where that can help. @throws ChannelError that names the setting */
export async function persist(name: string, pauseMs: number, attempt: () => Promise<Answer>): Promise<void> {
  let problem = "";
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const answer = await attempt();
    if (answer.kind === "accepted") return;
    problem = answer.problem;
    if (answer.kind === "refused") break;
    if (tried < TRIES) await sleep(pauseMs * tried);
  }
  throw new ChannelError(`An alert was not taken: ${problem}. Next: check ${name}.`);
}
