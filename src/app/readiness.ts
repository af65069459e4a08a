/**
 * What `GET /readyz` asks. A load balancer takes out a process that is not ready, and with it the way in for notifications
 * that BookingBug posts once: so only what keeps the process from taking them in makes it not ready, which is Redis. All
 * else that is wrong is in the details, in the verdict's own words.
 */

import { inWords } from "../health/verdict.ts";
import type { Check, Checks } from "../http/health.ts";
import { spared } from "../http/spared.ts";
import { describeInForce } from "../mapping/in-force.ts";
import type { Base } from "./base.ts";
import { createHealthCheck } from "./health.ts";
import type { CrmParts, Parts } from "./parts.ts";

/** A readiness check waits no longer than this for a CRM. */
const CRM_MS = 2_000;
/** Anybody may ask for readiness; the CRM is asked no oftener than this. */
const CRM_EVERY_MS = 5_000;

/** Anybody may ask; the verdict is read no oftener than this. */
const VERDICT_EVERY_MS = 1_000;

export function readinessChecks(base: Base, parts: Parts): Checks {
  const { redis, crms } = parts;
  const health = createHealthCheck(base, parts);
  const judged = spared(VERDICT_EVERY_MS, async () => health.judge(await health.facts()));
  return {
    needed: {
      redis: async () => ({ ok: (await redis.ping()) === "PONG" }),
      // A process with good mappings in force is ready, whatever somebody has saved since; the detail says so.
      mappings: async () => ({ ok: true, detail: describeInForce(base.mappings.current()) }),
    },
    told: {
      verdict: async () => {
        const verdict = await judged();
        return { ok: verdict.level !== "bad", detail: inWords(verdict) };
      },
      ...Object.fromEntries(crms.map((one) => [one.crm, crmCheck(one)])),
    },
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
