/** What `GET /readyz` asks: Redis, the mappings, and whether each CRM accepts us. */
import type { Check } from "../http/health.ts";
import { spared } from "../http/spared.ts";
import { describeInForce } from "../mapping/in-force.ts";
import type { Base } from "./base.ts";
import type { CrmParts, Parts } from "./parts.ts";

/** A readiness check waits no longer than this for a CRM. */
const CRM_MS = 2_000;
/** Anybody may ask for readiness; the CRM is asked no oftener than this. */
const CRM_EVERY_MS = 5_000;

export function readinessChecks(base: Base, { redis, crms }: Parts): Record<string, Check> {
  return {
    redis: async () => ({ ok: (await redis.ping()) === "PONG" }),
    // A process with good mappings in force is ready, whatever somebody has saved since; the detail says so.
    mappings: async () => ({ ok: true, detail: describeInForce(base.mappings.current()) }),
    ...Object.fromEntries(crms.map((parts) => [parts.crm, crmCheck(parts)])),
  };
}

function crmCheck({ gate, connect }: CrmParts): Check {
  const connector = connect({ pacing: "alone", requestTimeoutMs: CRM_MS });
  const probe = spared(CRM_EVERY_MS, () => connector.probe());
  return async () => {
    const obstacle = await gate.check({ probe });
    return obstacle === undefined ? { ok: true } : { ok: false, detail: obstacle };
  };
}
