/** What operating the service takes, from the parts of a process. */
import type { OperateDeps } from "../operate/deps.ts";
import type { Base } from "./base.ts";
import type { ConnectorUse, Parts } from "./parts.ts";

export function operateDeps(base: Base, parts: Parts, use: ConnectorUse): OperateDeps {
  const { inbox, setApart, quarantine, syncLog, queueSettings, receiveAgain } = parts;
  return {
    crms: parts.crms.map(({ crm, queue, gate, ledger, drift, connect }) => ({
      crm,
      queue,
      gate,
      ledger,
      connector: connect(use),
      drifted: drift.store,
    })),
    inbox,
    setApart,
    quarantine,
    syncLog,
    mappings: base.mappings,
    policy: base.config.policy,
    queueSettings,
    receiveAgain,
  };
}
