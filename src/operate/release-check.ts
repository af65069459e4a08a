/**
 * `crm-sync check`, the release phase: whether this version, with this configuration, can do its work. A refusal leaves
 * the running version in place, so it is strict: a CRM that cannot be asked is a refusal too, since nobody could say
 * whether the mappings fit it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectorLog, unpaced } from "../../connectors/connector.ts";
import { CrmError } from "../../connectors/errors.ts";
import type { Config } from "../config/config.ts";
import type { ChosenCrm } from "../config/crms.ts";
import { SetupError } from "../config/setup-error.ts";
import type { LiveMappings } from "../mapping/live.ts";
import { formatProblem } from "../mapping/problems.ts";
import type { RedisTarget } from "../redis/client.ts";
import { inspectRedis } from "../redis/inspect.ts";
import { complaint, remedy } from "./crm-remedy.ts";
import type { TokensOf } from "./deps.ts";
import { formatWarning, judgeInCrm, mappingNotes } from "./mapping-check.ts";
import { failingIn, testMappings } from "./mapping-tests.ts";
import { reachRedis } from "./reach-redis.ts";

export interface ReleaseReport {
  /** Each a reason to refuse the release, with what to do. */
  readonly problems: readonly string[];
  /** What does not prevent it and should be known. */
  readonly notes: readonly string[];
}

const REQUEST_MS = 10_000;
const TRIES = 3;
const PAUSE_MS = 1_000;

/** What is checked: a process as it would start. */
export interface ReleaseDeps {
  readonly config: Pick<Config, "production" | "crms" | "mappingsDir">;
  readonly redis: RedisTarget;
  readonly mappings: LiveMappings;
  readonly log: ConnectorLog;
  readonly tokens?: TokensOf | undefined;
}

export async function checkRelease(deps: ReleaseDeps): Promise<ReleaseReport> {
  const crms = deps.config.crms.map((crm) => checkCrm(deps, crm));
  const reports = await Promise.all([checkRedis(deps), ...crms, checkTests(deps)]);
  return {
    problems: reports.flatMap(({ problems }) => problems),
    notes: reports.flatMap(({ notes }) => notes),
  };
}

async function checkRedis({ redis: target, config }: ReleaseDeps): Promise<ReleaseReport> {
  try {
    const redis = await reachRedis(target);
    const findings = await inspectRedis(redis);
    redis.disconnect();
    const isRefused = (severity: string): boolean => severity === "grave" && config.production;
    return {
      problems: findings.filter(({ severity }) => isRefused(severity)).map(({ message }) => message),
      notes: findings.filter(({ severity }) => !isRefused(severity)).map(({ message }) => message),
    };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { problems: [error.message], notes: [] };
  }
}

async function checkCrm({ log, mappings, tokens }: ReleaseDeps, chosen: ChosenCrm): Promise<ReleaseReport> {
  const services = { pacer: unpaced, log, onCall: () => {}, requestTimeoutMs: REQUEST_MS };
  const connector = chosen.connect({ ...services, tokens: tokens?.(chosen.crm) });
  try {
    await withRetries(() => connector.probe());
    const { set } = mappings.current();
    const { problems, warnings } = await withRetries(() => judgeInCrm(set, [connector]));
    const notes = problems.length > 0 ? [] : await withRetries(() => mappingNotes(set, connector));
    return { problems: problems.map(formatProblem), notes: [...warnings.map(formatWarning), ...notes] };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { problems: [explain(error, chosen)], notes: [] };
  } finally {
    await connector.close();
  }
}

/** The tests beside the mappings, of the CRMs that are used. */
async function checkTests({ config, mappings }: ReleaseDeps): Promise<ReleaseReport> {
  const crms = config.crms.map(({ crm }) => crm);
  return { problems: failingIn(await testMappings(config.mappingsDir, mappings.current().set, crms)), notes: [] };
}

async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const canHeal = error instanceof CrmError && error.kind === "unavailable";
      if (!canHeal || attempt === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

const OUTAGE = "During an outage release again when it is over. The running version stays.";

function explain(error: CrmError, chosen: ChosenCrm): string {
  const afterwards = error.kind === "unavailable" ? ` ${OUTAGE}` : "";
  return `${chosen.crm}: ${complaint(error)} Next: ${remedy(error, chosen)}${afterwards}`;
}
