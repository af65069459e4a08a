/**
 * Words that a person may be known by, as a digest under a key that is not in Redis: whoever has the words and the key can
 * ask whether they were searched, and nobody can read them from the trail.
 */
import { createHmac, scrypt } from "node:crypto";
import { promisify } from "node:util";

export interface PrivateWords {
  /** The same for the same words, whatever their order and case. */
  digest(words: string): Promise<string>;
  /** What the words' digest is, or was under the key of each pair. */
  digests(words: string): Promise<readonly string[]>;
}

interface Pair {
  readonly username: string;
  readonly password: string;
}

const MAX_WORDS = 500;
const keyFrom = promisify<string, string, number, Buffer>(scrypt);

/** @param pairs the admin's; the first one's password gives the key, so that all processes agree on it */
export function createPrivateWords(pairs: readonly [Pair, ...Pair[]]): PrivateWords {
  const keys = new Map<Pair, Promise<Buffer>>();

  async function under(pair: Pair, words: string): Promise<string> {
    const key = keys.get(pair) ?? keyFrom(pair.password, `audit trail of ${pair.username}`, 32);
    keys.set(pair, key);
    return createHmac("sha256", await key)
      .update(plain(words))
      .digest("base64url")
      .slice(0, 22);
  }

  return {
    digest: (words) => under(pairs[0], words),
    digests: (words) => Promise.all(pairs.map((pair) => under(pair, words))),
  };
}

function plain(words: string): string {
  return words.slice(0, MAX_WORDS).normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).toSorted().join(" ");
}
