/** What an examination finds, each in one line: whether it is well, what it is, and what to do. */

export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  /** What to do about it; only of what is not well. */
  readonly next?: string;
}

export const well = (what: string): Finding => ({ ok: true, what });
export const ill = (what: string, next: string): Finding => ({ ok: false, what, next });

/** `✓ …` or `✗ … Next: …`, without line breaks. */
export function formatFinding(title: string, { ok, what, next }: Finding): string {
  const sentence = [`${title}: ${what}`, ...(next === undefined ? [] : [`Next: ${next}`])].join(" ");
  const lines = sentence.split("\n").map((line) => line.trim());
  return `${ok ? "✓" : "✗"} ${lines.filter((line) => line !== "").join(" ")}`;
}

/** Whoever wants to see each finding as soon as there is one. */
export type Report = (finding: Finding) => void;
