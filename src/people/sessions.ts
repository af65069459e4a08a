/**
 * Who is signed in, in Redis: under a digest of what the browser has, so that who reads Redis can be nobody. A session ends
 * when it was not used for two hours, and after twelve in any case.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ROLES } from "../config/roles.ts";
import type { RedisClient } from "../redis/client.ts";
import { digest, type Keys } from "../redis/keys.ts";
import type { Person } from "./person.ts";

const IDLE_MS = 2 * 3_600_000;
const LONGEST_MS = 12 * 3_600_000;
const ID_BYTES = 32;
const ID = /^[\w-]{43}$/;

const stored = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  stamp: z.string(),
  /** What let them in, and is asked whether they still are who they were. */
  by: z.enum(["password", "provider"]),
  /** In milliseconds since the epoch. */
  since: z.number(),
});
type Stored = Readonly<z.infer<typeof stored>>;

export interface Session {
  /** What forms are bound to; nobody can sign in with it. */
  readonly key: string;
  readonly person: Person;
  readonly by: Stored["by"];
}

export interface Sessions {
  /** @returns the secret for the browser's cookie: a new one with each sign-in */
  begin(person: Person, by: Stored["by"]): Promise<string>;
  /** @param now in milliseconds since the epoch */
  find(id: string, now: number): Promise<Session | undefined>;
  end(id: string): Promise<void>;
}

export function createSessions({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): Sessions {
  return {
    async begin({ name, role, stamp }, by) {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const session: Stored = { name, role, stamp, by, since: Date.now() };
      await redis.set(keys.signedIn(id), JSON.stringify(session), "PX", IDLE_MS);
      return id;
    },

    async find(id, now) {
      if (!ID.test(id)) return undefined;
      const text = await redis.getex(keys.signedIn(id), "PX", IDLE_MS);
      const session = stored.safeParse(JSON.parse(text ?? "null")).data;
      if (session === undefined || now - session.since > LONGEST_MS) return undefined;
      const { by, name, role, stamp } = session;
      return { key: digest(id), person: { name, role, stamp }, by };
    },

    async end(id) {
      await redis.del(keys.signedIn(id));
    },
  };
}
