/**
 * A token that a CRM may change with each use, ending the one before: whoever uses it has to tell all others of the new
 * one. Where it is kept is not a connector's matter.
 */

export interface ChainStart {
  /** The token that was configured. It only begins the chain: another one begins it anew. */
  readonly first: string;
  /** What the newest token is sealed with where it is kept: known by configuration, and kept nowhere itself. */
  readonly secret: string;
}

export interface TokenUse {
  /** The newest. */
  readonly token: string;
  /** When this very token was first used without an answer that anybody kept: the CRM may have ended it then. */
  readonly unanswered: Date | undefined;
}

export interface Exchanged<T> {
  readonly value: T;
  /** What came in the place of the token; undefined where it stays. */
  readonly next: string | undefined;
}

/**
 * `fixed`: it has not changed so far. `kept`: it changes, and the newest is kept for all processes. `lost`: it changes,
 * and the newest ends with this process.
 */
export type TokenKeeping = "fixed" | "kept" | "lost";

/** Both methods reject with a CrmError when the newest token cannot be had. */
export interface TokenChain {
  /** The newest token, for whoever wants to know whether theirs still is. */
  load(): Promise<string>;
  /** Uses the newest token while nobody else does, and keeps what came in its place before the answer is given. */
  exchange<T>(work: (use: TokenUse) => Promise<Exchanged<T>>): Promise<T>;
  /** As far as exchanges and looks have shown. */
  keeping(): TokenKeeping;
}

export type TokenChains = (start: ChainStart) => TokenChain;

/** For whoever has nowhere to keep a token: the newest is known to this chain alone. */
export const keptNowhere: TokenChains = ({ first }) => {
  let newest = first;
  let last: Promise<unknown> = Promise.resolve();
  return {
    load: async () => newest,
    exchange(work) {
      const use = async () => {
        const { value, next } = await work({ token: newest, unanswered: undefined });
        newest = next ?? newest;
        return value;
      };
      const turn = last.then(use, use);
      last = turn.catch(() => {});
      return turn;
    },
    keeping: () => (newest === first ? "fixed" : "lost"),
  };
};
