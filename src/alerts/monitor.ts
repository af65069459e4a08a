/**
 * Looks now and then at what a person should know, and says what is new and what is over: in the log, and to a chat. It
 * compares states, so that a process that dies in between costs a few seconds; and what has been said is noted in Redis,
 * so that of many processes one says it, once.
 */
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Announced, AnnouncedAlerts } from "../health/announced.ts";
import type { Facts, Limits } from "../health/facts.ts";
import { SENDER, SERVICE } from "../health/findings.ts";
import { judge } from "../health/verdict.ts";
import type { History } from "../reconcile/history.ts";
import { repeat } from "../redis/repeat.ts";
import type { Counters } from "../stats/counters.ts";
import { mayHave } from "../stats/processes.ts";
import type { Statistics } from "../stats/statistics.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import {
  type Condition,
  causeConditions,
  findingConditions,
  growing,
  schemaConditions,
  walkConditions,
} from "./conditions.ts";
import { linkTo, type Notice } from "./message.ts";
import type { Outlets } from "./outlets.ts";

export interface MonitorDeps {
  readonly announced: AnnouncedAlerts;
  readonly statistics: Pick<Statistics, "read">;
  readonly facts: () => Promise<Facts>;
  readonly limits: Limits;
  readonly syncLog: Pick<SyncLog, "causes" | "kept">;
  readonly walks: Pick<History, "newest">;
  readonly counters: Pick<Counters, "waiting">;
  readonly log: ConnectorLog;
  readonly outlets: Outlets;
  /** Undefined where nobody said it: a message then names the page's path. */
  readonly dashboardUrl: string | undefined;
}

export interface Monitor {
  /** One look. Resolves when what was to be said is on its way. */
  look(): Promise<void>;
  /** Looks every so often until stopped. */
  start(): () => Promise<void>;
}

const LOOK_MS = 10_000;
/** More of them in one message would not be read. */
const MAX_IN_DETAIL = 10;
/** A cause has grown when it has so many purchases more than were told, and they are such a share of the last hour's. */
const MANY_MORE = 10;
const GREAT_SHARE = 0.1;

export function createMonitor(deps: MonitorDeps): Monitor {
  const { announced, log } = deps;

  async function look(): Promise<void> {
    // Before anything is looked at: what another process has told of since may be newer than what is seen here.
    const announcedBefore = await announced.read();
    const facts = await deps.facts();
    const before = ofOurs(announcedBefore, facts);
    for (const { crm, snapshot } of facts.crms) deps.counters.waiting(crm, snapshot.pending);
    const found = findingConditions(judge(facts, deps.limits).findings);
    const walks = walkConditions(await deps.walks.newest(), Date.now());
    const schemas = facts.crms.flatMap(({ crm, schema }) => schemaConditions(crm, schema));
    const conditions = [...found, ...walks, ...schemas, ...(await fromCauses(facts))];
    const told = new Map(before.map((one) => [one.key, one]));
    const raised = await claimNew(conditions.filter(({ key }) => !told.has(key)));
    const grown = await claimGrown(conditions, told);
    const lasting = new Set(conditions.map(({ key }) => key));
    const over = await claimOver(before.filter(({ key }) => !lasting.has(key)));
    const orphaned = await claimOrphaned(
      announcedBefore.filter((one) => !before.includes(one)),
      facts,
    );
    announce([...raised, ...grown], [...over, ...orphaned]);
  }

  async function fromCauses({ crms }: Facts): Promise<Condition[]> {
    const each = crms.map(async ({ crm }) => {
      const causes = await deps.syncLog.causes(crm);
      const customers = await deps.syncLog.kept.customers(
        crm,
        causes.map(({ id }) => id),
      );
      return causeConditions(
        crm,
        causes.map((cause, index) => ({ ...cause, customers: customers[index] ?? 0 })),
      );
    });
    return (await Promise.all(each)).flat();
  }

  /** What has been announced of the CRMs that this process knows; of others it cannot say whether it is over. */
  function ofOurs(told: readonly Announced[], { crms }: Facts): Announced[] {
    const ours = new Set([SERVICE, SENDER, ...crms.map(({ crm }) => crm)]);
    return told.filter(({ crm }) => ours.has(crm));
  }

  /** What was told of a CRM that no process has any more: nobody would ever say that it is over. */
  async function claimOrphaned(ofOthers: readonly Announced[], { processes }: Facts): Promise<string[]> {
    return await claimEnd(
      ofOthers.filter(({ crm }) => !mayHave(processes, crm)),
      ({ title, crm }) => `No longer looked at: ${title}. No process has ${crm} in CRM`,
    );
  }

  /** Those that nobody has announced yet. */
  async function claimNew(conditions: readonly Condition[]): Promise<Condition[]> {
    const since = new Date().toISOString();
    const claims = await Promise.all(
      conditions.map(({ key, crm, title, path, count, isEvent }) =>
        announced.claim(key, { crm, title, since, path, count, isEvent }),
      ),
    );
    return conditions.filter((_, index) => claims[index]);
  }

  /** Those that are about far more purchases than was told, said once more unless somebody has seen to them. */
  async function claimGrown(
    conditions: readonly Condition[],
    told: ReadonlyMap<string, Announced>,
  ): Promise<Condition[]> {
    const grown: Condition[] = [];
    for (const condition of conditions) {
      const before = told.get(condition.key);
      if (before === undefined || before.toldOfGrowth || before.acknowledged !== undefined) continue;
      const more = (condition.count ?? 0) - (before.count ?? condition.count ?? 0);
      if (more < MANY_MORE || more < GREAT_SHARE * (await endedLately(condition.crm))) continue;
      if (await announced.claimGrowth(before)) grown.push(growing(condition, before.count ?? 0));
    }
    return grown;
  }

  /** What came to an end in a CRM in the last hour, well or not. */
  async function endedLately(crm: string): Promise<number> {
    const { applied, superseded, failed, held } = (await deps.statistics.read(crm)).lastHour;
    return applied + superseded + failed + held;
  }

  function claimOver(ended: readonly Announced[]): Promise<string[]> {
    return claimEnd(ended, ({ title, since }) => `Over: ${title} (since ${since})`);
  }

  async function claimEnd(ended: readonly Announced[], words: (one: Announced) => string): Promise<string[]> {
    const claims = await Promise.all(ended.map((one) => announced.claimOver(one)));
    return ended.filter(({ isEvent }, index) => claims[index] && !isEvent).map(words);
  }

  function announce(raised: readonly Condition[], over: readonly string[]): void {
    for (const { key, title, detail } of raised) log.warn({ alert: key }, `${title}. ${detail}`);
    for (const text of over) log.info({}, text);
    const ended = over.map((title) => ({ title }));
    const notices = [...shortened(raised.map(toNotice), "more"), ...shortened(ended, "more that are over")];
    if (notices.length > 0) deps.outlets.tell({ notices });
  }

  function shortened(notices: readonly Notice[], what: string): Notice[] {
    const rest = notices.length - MAX_IN_DETAIL;
    if (rest <= 0) return [...notices];
    return [
      ...notices.slice(0, MAX_IN_DETAIL),
      { title: `and ${rest} ${what}`, link: linkTo(deps.dashboardUrl, "/admin") },
    ];
  }

  function toNotice({ title, detail, path }: Condition): Notice {
    return { title, detail, link: linkTo(deps.dashboardUrl, path) };
  }

  return {
    look,
    start() {
      const stop = repeat(look, LOOK_MS, (error) =>
        log.error({ error: error instanceof Error ? error.name : "unknown" }, "looking for alerts failed"),
      );
      return async () => {
        stop();
        await deps.outlets.end();
      };
    },
  };
}
