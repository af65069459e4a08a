/** CRMs that the service can keep in step and is not configured to: what it kept of them before may be there still. */
import { connectors } from "../../connectors/index.ts";
import { openFormerQueue, type SyncQueue } from "../inbox/queues.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

export interface FormerCrm {
  readonly crm: string;
  readonly queue: SyncQueue;
}

export function formerCrms(
  { keys, log }: Pick<Base, "keys" | "log">,
  parts: Pick<Parts, "redis" | "crms">,
): FormerCrm[] {
  const configured = new Set(parts.crms.map(({ crm }) => crm));
  return connectors
    .filter(({ crm }) => !configured.has(crm))
    .map(({ crm }) => {
      const queue = openFormerQueue(crm, parts.redis, keys);
      queue.on("error", (error) => log.error({ crm, error: error.message }, "queue error"));
      return { crm, queue };
    });
}
