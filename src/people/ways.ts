/**
 * Ways to the provider and back that were begun: sealed, for the browser that began it to keep, so that whoever begins many
 * fills no Redis. Each is taken once.
 */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

const way = z.object({
  /** What the provider gives back, and what its token is for. */
  state: z.string(),
  nonce: z.string(),
  /** What the code is worth nothing without. */
  verifier: z.string(),
  /** Where they go then. */
  to: z.string(),
  /** In milliseconds since the epoch. */
  since: z.number(),
});
export type Way = Readonly<z.infer<typeof way>>;

export interface Ways {
  /** @returns what the browser keeps and cannot read */
  close(begun: Way): string;
  /** @returns undefined for what is not ours, too old, or was taken before */
  take(sealed: string, now: number): Promise<Way | undefined>;
}

export interface WaysOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** The same in every web process. */
  readonly seal: { close(text: string): string; open(sealed: string): string | undefined };
}

/** Time enough to type a password and find a telephone. */
export const WAY_MS = 600_000;

export function createWays({ redis, keys, seal }: WaysOptions): Ways {
  return {
    close: (begun) => seal.close(JSON.stringify(begun)),
    async take(sealed, now) {
      const begun = way.safeParse(JSON.parse(seal.open(sealed) ?? "null")).data;
      if (begun === undefined || now - begun.since > WAY_MS) return undefined;
      const isFirst = await redis.set(keys.usedSignIn(begun.state), "1", "PX", WAY_MS, "NX");
      return isFirst === "OK" ? begun : undefined;
    },
  };
}
