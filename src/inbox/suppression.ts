/**
 * Who was forgotten and shall not come back: salted digests, so that the list says of nobody that they are on it unless one
 * knows them already.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { Named } from "../booking/people.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

export interface Suppression {
  /**
   * Those that are for nobody on the list. Where nobody is on it, that is one question, however many they are.
   *
   * @param peopleOf asked only where anybody is on it at all
   */
  wanted<Item>(items: readonly Item[], peopleOf: (item: Item) => Named): Promise<Item[]>;
  add(people: Named): Promise<void>;
  /** Takes them off again, with all else that was put on it together with them. @returns how many e-mails and ids that were */
  lift(people: Named): Promise<number>;
}

/** Items whose people are asked for in one question. */
const AT_ONCE = 100;

export function createSuppression({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): Suppression {
  const digests = (salt: string, { emails, clientIds }: Named): string[] => {
    const digest = (text: string): string => createHmac("sha256", salt).update(text).digest("base64url");
    return [
      ...[...emails].map((email) => digest(`email ${email}`)),
      ...[...clientIds].map((id) => digest(`client ${id}`)),
    ];
  };

  return {
    async wanted(items, peopleOf) {
      const salt = await redis.get(keys.forgottenSalt);
      if (salt === null) return [...items];
      const wanted: (typeof items)[number][] = [];
      for (let start = 0; start < items.length; start += AT_ONCE) {
        const some = items
          .slice(start, start + AT_ONCE)
          .map((item) => ({ item, theirs: digests(salt, peopleOf(item)) }));
        const asked = some.flatMap(({ theirs }) => theirs);
        const answers = asked.length === 0 ? [] : await redis.hmget(keys.forgotten, ...asked);
        const listed = new Set(asked.filter((_, index) => answers[index] !== null));
        wanted.push(...some.filter(({ theirs }) => !theirs.some((one) => listed.has(one))).map(({ item }) => item));
      }
      return wanted;
    },

    async add(people) {
      await redis.setnx(keys.forgottenSalt, randomBytes(32).toString("base64url"));
      const theirs = digests((await redis.get(keys.forgottenSalt)) ?? "", people);
      const together = randomUUID();
      if (theirs.length > 0) await redis.hset(keys.forgotten, Object.fromEntries(theirs.map((one) => [one, together])));
    },

    async lift(people) {
      const salt = await redis.get(keys.forgottenSalt);
      const theirs = salt === null ? [] : digests(salt, people);
      if (theirs.length === 0) return 0;
      const together = new Set((await redis.hmget(keys.forgotten, ...theirs)).filter((one) => one !== null));
      const all = Object.entries(await redis.hgetall(keys.forgotten)).filter(([, one]) => together.has(one));
      return all.length === 0 ? 0 : await redis.hdel(keys.forgotten, ...all.map(([digest]) => digest));
    },
  };
}
