/** The audit trail for commands that need nothing else of Redis and of the configuration. */
import { type Audit, createAudit } from "../audit/audit.ts";
import { createLosses } from "../audit/losses.ts";
import { createPrivateWords } from "../audit/private-words.ts";
import { createTrail } from "../audit/trail.ts";
import type { EnvironmentRecord } from "../config/environment.ts";
import { createKeys } from "../redis/keys.ts";
import { apartConfig, openApartRedis } from "./apart-redis.ts";
import { createLog } from "./log.ts";

/** @throws ConfigError, SetupError when there is no trail to be had */
export async function withAudit(environment: EnvironmentRecord, work: (audit: Audit) => Promise<void>): Promise<void> {
  const config = apartConfig(environment);
  const { redis, close } = await openApartRedis(config);
  try {
    const trail = createTrail({ redis, keys: createKeys(config.keyPrefix), days: config.auditDays });
    const [words, losses] = [createPrivateWords(config.admin), createLosses()];
    const audit = createAudit({ trail, words, losses, log: createLog(config, "crm-sync") });
    await work(audit);
  } finally {
    await close();
  }
}
