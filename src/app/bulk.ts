/** What jobs on many take, from the parts of a process. */
import type { BulkDeps } from "../bulk/deps.ts";
import type { Base } from "./base.ts";
import { behindLive } from "./behind-live.ts";
import { operateDeps } from "./operate.ts";
import type { Parts } from "./parts.ts";

export function bulkDeps(base: Base, parts: Parts): BulkDeps & { readonly close: () => Promise<void> } {
  const { config } = base;
  const { mostWaiting, settings } = behindLive(config, parts.queueSettings);
  const operating = operateDeps(base, parts, { pacing: "shared", requestTimeoutMs: config.crmTimeoutMs });
  const enqueuer = parts.enqueuerWith(settings);
  const receive = parts.receiveAgainBy(enqueuer);
  return {
    ...operating,
    queueSettings: settings,
    async receiveAgain(delivery) {
      const receipt = await receive(delivery);
      await enqueuer.flush();
      return receipt;
    },
    store: parts.bulks.store,
    locks: parts.locks,
    mostWaiting,
    async close() {
      await Promise.all(operating.crms.map(({ connector }) => connector.close()));
    },
  };
}
