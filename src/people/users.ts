/** Who may sign in with a password: the named users, and the pair that opens the dashboard by Basic auth too. */
import { createHash, scryptSync } from "node:crypto";
import type { Credentials } from "../config/config.ts";
import type { NamedUser } from "../config/users.ts";
import type { PasswordCheck } from "./password.ts";
import type { Person } from "./person.ts";

export interface Users {
  /** @returns who they are, where name and password are right */
  enter(given: Credentials): Promise<Person | undefined>;
  /** @returns what is true of them now; undefined where there is no such user (any more) */
  find(name: string): Promise<Person | undefined>;
  /** Whether it is a name of ours, and nothing that somebody typed. */
  isKnown(name: string): Promise<boolean>;
}

export interface UsersOptions {
  readonly pairs: readonly Credentials[];
  readonly isPair: (given: Credentials) => boolean;
  /** As they are now. */
  readonly named: () => Promise<readonly NamedUser[]>;
  readonly check: PasswordCheck;
}

export function createUsers({ pairs, isPair, named, check }: UsersOptions): Users {
  const stamps = new Map(pairs.map(({ username }) => [username, stampOfPairs(username, pairs)]));

  async function find(name: string): Promise<Person | undefined> {
    const stamp = stamps.get(name);
    if (stamp !== undefined) return { name, role: "operator", stamp };
    const user = (await named()).find((one) => one.name === name);
    return user && toPerson(user);
  }

  return {
    find,
    isKnown: async (name) => (await find(name)) !== undefined,
    async enter(given) {
      if (isPair(given)) return await find(given.username);
      const isOfPair = stamps.has(given.username);
      const user = isOfPair ? undefined : (await named()).find(({ name }) => name === given.username);
      const isRight = await check(given.password, user?.hash);
      return isRight && user !== undefined ? toPerson(user) : undefined;
    },
  };
}

function toPerson({ name, role, entry }: NamedUser): Person {
  return { name, role, stamp: createHash("sha256").update(entry).digest("base64url") };
}

/**
 * Whoever reads a session in Redis cannot try passwords at it quickly. While a password is changed two open one name, and a
 * session by either ends with the change: it may be the old one's.
 */
function stampOfPairs(username: string, pairs: readonly Credentials[]): string {
  const passwords = pairs.filter((pair) => pair.username === username).map(({ password }) => password);
  // As it was for one, so that nobody who has one is signed out.
  const secret = passwords.length === 1 ? String(passwords[0]) : JSON.stringify(passwords);
  return scryptSync(secret, `session of ${username}`, 32).toString("base64url");
}
