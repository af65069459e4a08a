/**
 * Looks now and then at what a person should know, and says what is new and what is over: in the log, and to a chat. It
 * compares states, so that a process that dies in between costs a few seconds; and what has been said is noted in Redis,
 * so that of many processes one says it, once.
 */
import { z } from "zod";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Facts, Limits } from "../health/facts.ts";
import { SENDER, SERVICE } from "../health/findings.ts";
import { judge } from "../health/verdict.ts";
import type { History } from "../reconcile/history.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { repeat } from "../redis/repeat.ts";
import type { Counters } from "../stats/counters.ts";
import { type Condition, causeConditions, findingConditions, walkConditions } from "./conditions.ts";
import type { Notice } from "./message.ts";
import type { Outlets } from "./outlets.ts";

export interface MonitorDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly facts: () => Promise<Facts>;
  readonly limits: Limits;
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

const announced = z.object({
  crm: z.string(),
  title: z.string(),
  since: z.string(),
  isEvent: z.literal(true).optional(),
});
type Announced = z.infer<typeof announced>;

const LOOK_MS = 10_000;
/** More of them in one message would not be read. */
const MAX_IN_DETAIL = 10;

export function createMonitor(deps: MonitorDeps): Monitor {
  const { redis, keys, log } = deps;
  const alerts = keys.alerts;
  async function look(): Promise<void> {
    const facts = await deps.facts();
    const before = await read(facts);
    for (const { crm, snapshot } of facts.crms) deps.counters.waiting(crm, snapshot.pending);
    const found = findingConditions(judge(facts, deps.limits).findings);
    const walks = walkConditions(await deps.walks.newest(), Date.now());
    const conditions = [...found, ...walks, ...facts.crms.flatMap(causeConditions)];
    const raised = await claimNew(conditions.filter(({ key }) => !before.has(key)));
    const lasting = new Set(conditions.map(({ key }) => key));
    const over = await claimOver([...before].filter(([key]) => !lasting.has(key)));
    announce(raised, over);
  }

  /** What has been announced of the CRMs that this process knows; of others it cannot say whether it is over. */
  async function read({ crms }: Facts): Promise<Map<string, Announced>> {
    const entries = Object.entries(await redis.hgetall(alerts));
    const ours = new Set([SERVICE, SENDER, ...crms.map(({ crm }) => crm)]);
    return new Map(
      entries
        .map(([key, text]): [string, Announced] => [key, announced.parse(JSON.parse(text))])
        .filter(([, { crm }]) => ours.has(crm)),
    );
  }

  /** Those that nobody has announced yet. */
  async function claimNew(conditions: readonly Condition[]): Promise<Condition[]> {
    const since = new Date().toISOString();
    const claims = await Promise.all(
      conditions.map(({ key, crm, title, isEvent }) =>
        redis.hsetnx(alerts, key, JSON.stringify({ crm, title, since, isEvent })),
      ),
    );
    return conditions.filter((_, index) => claims[index] === 1);
  }

  async function claimOver(entries: readonly [string, Announced][]): Promise<string[]> {
    const claims = await Promise.all(entries.map(([key]) => redis.hdel(alerts, key)));
    return entries
      .filter(([, { isEvent }], index) => claims[index] === 1 && !isEvent)
      .map(([, { title, since }]) => `Over: ${title} (since ${since})`);
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
    return [...notices.slice(0, MAX_IN_DETAIL), { title: `and ${rest} ${what}`, link: linkTo("/admin") }];
  }

  function toNotice({ title, detail, path }: Condition): Notice {
    return { title, detail, link: linkTo(path) };
  }

  function linkTo(path: string): string {
    return deps.dashboardUrl === undefined ? `See ${path} of the dashboard` : `${deps.dashboardUrl}${path}`;
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
