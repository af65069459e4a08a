/**
 * The words that traits were made of, in the order of the alphabet, so that a beginning finds them: of people's names each word,
 * of services and companies the whole name. A word goes once no purchase has it any more.
 */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { membersOf } from "../redis/members.ts";
import { type Trait, wordsOf } from "./traits.ts";

const WORDED = ["name", "service", "company"] as const;
type Worded = (typeof WORDED)[number];

export interface KnownWords {
  /** @returns those of a kind that begin so, at most `limit` */
  beginning(kind: Worded, start: string, limit: number): Promise<Trait[]>;
  /** @returns services and companies in whose names each of the words begins a word */
  titled(words: readonly string[]): Promise<Trait[]>;
  /** Removes the words of purchases that are not found any more. */
  sweep(): Promise<void>;
}

/** Names of services and companies that are looked through. */
const MOST_TITLES = 2_000;
const AT_ONCE = 500;
/** After every word that begins so. */
const END = "\u{10ffff}";

/** The words that traits are made of, as they are listed. */
export function knownWordsIn(traits: readonly Trait[]): string[] {
  return traits.filter(({ kind }) => WORDED.some((one) => one === kind)).map(({ kind, value }) => `${kind}:${value}`);
}

export function createKnownWords({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): KnownWords {
  async function beginning(kind: Worded, start: string, limit: number): Promise<Trait[]> {
    const from = `${kind}:${start}`;
    const found = await redis.zrangebylex(keys.words, `[${from}`, `(${from}${END}`, "LIMIT", 0, limit);
    return found.map((word) => ({ kind, value: word.slice(kind.length + 1) }));
  }

  async function drop(words: readonly string[]): Promise<void> {
    const pipeline = redis.pipeline();
    for (const word of words) pipeline.exists(keyOf(keys, word));
    const there = (await pipeline.exec()) ?? [];
    const gone = words.filter((_, index) => there[index]?.[1] === 0);
    if (gone.length > 0) await redis.zrem(keys.words, ...gone);
  }

  return {
    beginning,

    async titled(words) {
      if (words.length === 0) return [];
      const titles = [
        ...(await beginning("service", "", MOST_TITLES)),
        ...(await beginning("company", "", MOST_TITLES)),
      ];
      return titles.filter(({ value }) => {
        const theirs = wordsOf(value);
        return words.every((word) => theirs.some((one) => one.startsWith(word)));
      });
    },

    async sweep() {
      let some: string[] = [];
      for await (const word of membersOf(redis, keys.words)) {
        some.push(word);
        if (some.length < AT_ONCE) continue;
        await drop(some);
        some = [];
      }
      if (some.length > 0) await drop(some);
    },
  };
}

function keyOf(keys: Keys, word: string): string {
  const end = word.indexOf(":");
  return keys.trait(word.slice(0, end), word.slice(end + 1));
}
