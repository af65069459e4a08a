/** Which processes of the service run: each notes now and then that it is there, and whether it refuses a changed mapping. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

const noted = z.object({
  kind: z.enum(["web", "worker"]),
  /** When it first noted itself, and when last: milliseconds since the epoch, by Redis' clock. */
  since: z.number(),
  at: z.number(),
  /** Mistakes in the mapping files on disk, for which it goes on with older ones. */
  rejected: z.number(),
  /** Those that it has; what an older version noted does not say. */
  crms: z.array(z.string()).optional(),
});
export type NotedProcess = z.infer<typeof noted>;
export type ProcessKind = NotedProcess["kind"];

export interface SeenProcesses {
  /** By the same clock. */
  readonly now: number;
  readonly all: readonly NotedProcess[];
}

export interface Processes {
  /** @param id of the process, new each time that it starts */
  beat(id: string, now: Pick<NotedProcess, "kind" | "rejected" | "crms">): Promise<void>;
  read(): Promise<SeenProcesses>;
}

/** A process notes itself this often at least. */
export const BEAT_MS = 20_000;
/** Of a process that ended it is remembered for so long that it was there. */
const REMEMBERED_MS = 7 * 86_400_000;

/** A process that is away for longer has been taken out, and is not being restarted. */
const AWAY_MS = 3_600_000;

/** Whether a process has a CRM, or may have it. Where none is noted nobody can say. */
export function mayHave({ now, all }: SeenProcesses, crm: string): boolean {
  const lately = all.filter(({ at }) => now - at <= AWAY_MS);
  return lately.length === 0 || lately.some(({ crms }) => crms === undefined || crms.includes(crm));
}

export function createProcesses({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): Processes {
  const key = keys.processes;

  async function clock(): Promise<number> {
    const [seconds, microseconds] = await redis.time();
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  }

  /** Without what a newer version noted and this one does not know. */
  async function entries(): Promise<[string, NotedProcess][]> {
    return Object.entries(await redis.hgetall(key)).flatMap(([id, text]): [string, NotedProcess][] => {
      const { success, data } = noted.safeParse(JSON.parse(text));
      return success ? [[id, data]] : [];
    });
  }

  return {
    async beat(id, { kind, rejected, crms }) {
      const [at, known] = await Promise.all([clock(), entries()]);
      const since = known.find(([other]) => other === id)?.[1].since ?? at;
      await redis.hset(key, id, JSON.stringify({ kind, since, at, rejected, crms }));
      const old = known.filter(([other, process]) => other !== id && at - process.at > REMEMBERED_MS);
      if (old.length > 0) await redis.hdel(key, ...old.map(([other]) => other));
    },

    async read() {
      const [now, known] = await Promise.all([clock(), entries()]);
      return { now, all: known.map(([, process]) => process) };
    },
  };
}
