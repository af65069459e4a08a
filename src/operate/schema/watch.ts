/**
 * Looks at the schema of each CRM every so often, and soon after a mapping came into force: one process of many at a time, and
 * one look for all. A CRM that does not answer is asked again later, and nothing is said of its schema meanwhile.
 */
import type { Connector, ConnectorLog } from "../../../connectors/connector.ts";
import type { LiveMappings } from "../../mapping/live.ts";
import { issueDetail, issueTitle } from "../../mapping/schema-issue.ts";
import type { Locks } from "../../redis/locks.ts";
import { repeat } from "../../redis/repeat.ts";
import type { SchemaSeen } from "../../stats/schema-seen.ts";
import type { Gate } from "../../sync/gate.ts";
import { lookAtSchema, versionsOf } from "./look.ts";

export interface SchemaWatchDeps {
  readonly crms: readonly {
    readonly crm: string;
    readonly gate: Pick<Gate, "state">;
    readonly open: () => Connector;
  }[];
  readonly mappings: Pick<LiveMappings, "current">;
  readonly seen: SchemaSeen;
  readonly locks: Pick<Locks, "tryTake">;
  readonly log: ConnectorLog;
}

const LOOK_MS = 5_000;
const HOUR_MS = 3_600_000;
/** Between two tries, also where two processes have other mapping files while they are deployed. */
const APART_MS = 5 * 60_000;

/** One round over the CRMs: whichever is due is looked at. @param now milliseconds since the epoch */
export async function watchSchemas(deps: SchemaWatchDeps, everyHours: number, now: number): Promise<void> {
  for (const one of deps.crms) {
    if (!(await isDue(deps, one.crm, everyHours, now))) continue;
    // Whoever is refused everything is not asked: the CRM's gate says why.
    if ((await one.gate.state()) !== undefined) continue;
    const lock = await deps.locks.tryTake(`schema:${one.crm}`);
    if (lock === undefined) continue;
    try {
      if (await isDue(deps, one.crm, everyHours, now)) await lookNow(deps, one, now);
    } finally {
      await lock.release();
    }
  }
}

/** @param everyHours 0: never, and what was found is forgotten. @returns what ends it */
export function startSchemaWatch(deps: SchemaWatchDeps, everyHours: number): () => void {
  const onError = (error: unknown): void => deps.log.error({ error: String(error) }, "looking at CRMs' schemas failed");
  if (everyHours > 0) return repeat(() => watchSchemas(deps, everyHours, Date.now()), LOOK_MS, onError);
  Promise.all(deps.crms.map(({ crm }) => deps.seen.forget(crm))).catch(onError);
  return () => {};
}

async function isDue(
  { seen, mappings }: SchemaWatchDeps,
  crm: string,
  everyHours: number,
  now: number,
): Promise<boolean> {
  if (now - (await seen.triedAt(crm)) < APART_MS) return false;
  const last = await seen.last(crm);
  if (last === undefined || last.versions !== versionsOf(mappings.current().set, crm)) return true;
  return now - Date.parse(last.at) >= everyHours * HOUR_MS;
}

async function lookNow(
  { mappings, seen, log }: SchemaWatchDeps,
  { crm, open }: SchemaWatchDeps["crms"][number],
  now: number,
): Promise<void> {
  await seen.trying(crm, now);
  const connector = open();
  try {
    const { issues } = await lookAtSchema({ connector, mappings: mappings.current().set, seen });
    log.info(
      { crm, issues: issues.map((one) => `${issueTitle(one)}: ${issueDetail(one)}`) },
      "looked at the CRM's schema",
    );
  } catch (error) {
    log.warn({ crm, error: String(error) }, "the CRM's schema could not be looked at");
  } finally {
    await connector.close();
  }
}
