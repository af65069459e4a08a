/**
 * How an account tells that a record does not exist: it says so, or it leaves the record out. No document settles it; an account
 * that says so at other times, and does not now, has not answered.
 */
export interface Silence {
  /** It was said of a record that there is none. @param of what was looked up by what */
  said(of: string): void;
  /**
   * Records were left out without a word.
   *
   * @param asked how often in a row
   * @returns `none`: there are none. `ask_again`: nothing was ever said so far. `unanswered`: it is said at other times
   */
  heard(of: string, asked: number): "none" | "ask_again" | "unanswered";
}

export function createSilence(): Silence {
  const ways = new Map<string, "says" | "leaves_out">();
  return {
    said: (of) => void ways.set(of, "says"),
    heard(of, asked) {
      if (ways.get(of) === "says") return "unanswered";
      if (ways.get(of) === undefined && asked === 1) return "ask_again";
      ways.set(of, "leaves_out");
      return "none";
    },
  };
}
