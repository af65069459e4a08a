/** Every place that messages go to, each with a queue of its own: one that is slow or gone holds up itself alone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";

export interface Outlets {
  /** Says it everywhere; whoever calls does not wait for it. */
  tell(message: Message): void;
  /** Resolves when nothing is on its way any more, or after some seconds. */
  end(): Promise<void>;
}

/** What waits for a place that does not take it: more would be told hours late. */
const MAX_WAITING = 20;
const END_MS = 5_000;

export function createOutlets(channels: readonly Channel[], log: ConnectorLog): Outlets {
  const lanes = channels.map((channel) => createLane(channel, log));
  return {
    tell(message) {
      for (const lane of lanes) lane.add(message);
    },
    async end() {
      const patience = new AbortController();
      const { signal } = patience;
      await Promise.race([
        Promise.all(lanes.map((lane) => lane.idle())),
        sleep(END_MS, undefined, { signal }).catch(() => {}),
      ]);
      patience.abort();
    },
  };
}

function createLane(channel: Channel, log: ConnectorLog): { add(message: Message): void; idle(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  const send = async (message: Message): Promise<void> => {
    try {
      await channel.send(message);
    } catch (error) {
      const said = error instanceof Error ? error.message : "unknown";
      log.error({ channel: channel.name, error: said }, "an alert could not be sent");
    } finally {
      waiting -= 1;
    }
  };
  return {
    add(message) {
      if (waiting >= MAX_WAITING)
        return log.error({ channel: channel.name }, "an alert was not sent: too many wait for this place");
      waiting += 1;
      last = last.then(() => send(message));
    },
    idle: () => last,
  };
}
