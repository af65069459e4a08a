/**
 * The audit trail in Redis: two streams, so that whoever guesses at passwords without end pushes nothing out of the trail but
 * guesses. Each has an age and a length.
 */
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import type { Audited } from "./audited.ts";
import { type AuditEntry, type AuditLine, parseEntry } from "./line.ts";

export interface Wanted {
  readonly who?: string | undefined;
  readonly what?: Audited | undefined;
  readonly since?: Date | undefined;
  /** Only older ones than the line of this id. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface Found {
  /** Newest first. */
  readonly lines: readonly AuditLine[];
  /** Where to go on for older ones; absent when there are none. */
  readonly older?: string;
}

export interface Trail {
  append(entry: AuditEntry): Promise<void>;
  read(wanted: Wanted): Promise<Found>;
  /** Removes what is older than it may be. */
  trim(): Promise<void>;
}

const STREAMS = ["actions", "sign-ins"] as const;
type Stream = (typeof STREAMS)[number];

/** What anybody can have noted, again and again. */
const KEPT_OUT: ReadonlySet<Audited> = new Set(["sign_in_refused", "no_role"]);

const MAX_LINES: Readonly<Record<Stream, number>> = { actions: 200_000, "sign-ins": 10_000 };
const PER_STEP = 500;
/** Lines looked at for one answer, when few are wanted of many. */
const MAX_LOOKED_AT = 20_000;

export function createTrail(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly days: number;
}): Trail {
  const { redis, keys, days } = options;
  const oldest = (): number => Math.max(0, Date.now() - days * DAY_SECONDS * 1000);

  async function* newestFirst(stream: Stream, before: string | undefined, since: number): AsyncGenerator<AuditLine> {
    let end = before === undefined ? "+" : `(${before}`;
    for (;;) {
      const entries = await redis.xrevrange(keys.audit(stream), end, String(since), "COUNT", PER_STEP);
      for (const [id, [, text = "null"]] of entries) {
        const entry = parseEntry(text);
        if (entry !== undefined) yield { id, at: timeOf(id), ...entry };
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < PER_STEP) return;
      end = `(${last[0]}`;
    }
  }

  return {
    async append(entry) {
      const stream = KEPT_OUT.has(entry.what) ? "sign-ins" : "actions";
      const key = keys.audit(stream);
      const pipeline = redis
        .pipeline()
        .xadd(key, "MINID", oldest(), "*", "line", JSON.stringify(entry))
        .xtrim(key, "MAXLEN", MAX_LINES[stream])
        .expire(key, days * DAY_SECONDS);
      for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    },

    async read({ who, what, since, before, limit }) {
      const from = Math.max(oldest(), since?.getTime() ?? 0);
      const streams = STREAMS.map((stream) => newestFirst(stream, before, from));
      const lines: AuditLine[] = [];
      let last: string | undefined;
      let lookedAt = 0;
      for await (const line of merged(streams)) {
        // Two of one moment may have one id, and the next page begins after it.
        const isSame = line.id === last;
        if (!isSame && last !== undefined && (lines.length >= limit || lookedAt >= MAX_LOOKED_AT)) {
          return { lines, older: last };
        }
        last = line.id;
        lookedAt += 1;
        if ((who === undefined || line.who === who) && (what === undefined || line.what === what)) lines.push(line);
      }
      return { lines };
    },

    async trim() {
      for (const stream of STREAMS) await redis.xtrim(keys.audit(stream), "MINID", oldest());
    },
  };
}

/** The lines of all, newest first, each of which is so. */
async function* merged(streams: readonly AsyncGenerator<AuditLine>[]): AsyncGenerator<AuditLine> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, head: await stream.next() })));
  for (;;) {
    const open = heads.flatMap((one) => (one.head.done ? [] : [{ one, line: one.head.value }]));
    const [first, ...rest] = open;
    if (first === undefined) return;
    const newest = rest.reduce((best, next) => (isNewer(next.line.id, best.line.id) ? next : best), first);
    yield newest.line;
    newest.one.head = await newest.one.stream.next();
  }
}

/** An id is `milliseconds-number`. */
function isNewer(id: string, other: string): boolean {
  const [[ms, number], [otherMs, otherNumber]] = [partsOf(id), partsOf(other)];
  return ms === otherMs ? number > otherNumber : ms > otherMs;
}

function partsOf(id: string): readonly [ms: number, number: number] {
  const [ms, number] = id.split("-");
  return [Number(ms), Number(number)];
}

function timeOf(id: string): string {
  return new Date(partsOf(id)[0]).toISOString();
}
