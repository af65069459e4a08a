/**
 * Which of the ways that a CRM's documents leave open this org or account is: its *world*. A connector finds it out with test
 * records that it removes again.
 */

/** One thing that could be either way: which it is here, or why that could not be found out. */
export type Fact<T = unknown> = { readonly settled: T } | { readonly open: string };

/** By the name of the sandbox's option that plays it. */
export type Facts = Readonly<Record<string, Fact>>;

/** A record that nobody misses. */
export interface TestRecord {
  readonly object: string;
  readonly key: { readonly field: string; readonly value: string };
  /** All that the mapping writes, the key aside. */
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** What a connector may try things with. */
export interface Ground {
  /** No two of them have a key, an e-mail or a name in common. */
  readonly people: readonly TestRecord[];
  /** What the mapping writes, by object. */
  readonly objects: ReadonlyMap<string, { readonly key: string; readonly fields: readonly string[] }>;
  /** Most calls in a window, as far as the CRM has said. */
  readonly limits: ReadonlyMap<"burst" | "daily", number>;
}

export interface Recognised {
  readonly facts: Facts;
  /** Test records that could not be removed. */
  readonly left: readonly { readonly object: string; readonly id: string }[];
}

/** How many people `Ground` has. */
export const PEOPLE = 10;
