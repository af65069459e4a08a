/** Notes what somebody did: in the log, and in the audit trail. What cannot be noted is done all the same, and said. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import { type Audited, REPEATED } from "./audited.ts";
import { type AuditEntry, type Concerned, keepable, type Outcome } from "./line.ts";
import type { Losses } from "./losses.ts";
import type { PrivateWords } from "./private-words.ts";
import type { Trail } from "./trail.ts";

export interface Audit extends Omit<Trail, "append"> {
  /** Never rejects. @returns whether the trail has it; the log has it anyway */
  note(entry: AuditEntry): Promise<boolean>;
  readonly words: PrivateWords;
}

export function createAudit(options: {
  readonly trail: Trail;
  readonly words: PrivateWords;
  readonly losses: Losses;
  readonly log: ConnectorLog;
}): Audit {
  const { trail, words, losses, log } = options;
  const noted = createMemory();
  return {
    words,
    read: (wanted) => trail.read(wanted),
    trim: () => trail.trim(),
    async note(given) {
      const entry = keepable(given);
      const repeated = REPEATED.has(entry.what) ? JSON.stringify(entry) : undefined;
      if (repeated !== undefined && noted.has(repeated)) return true;
      const line = { user: entry.who, from: entry.from, what: entry.what, outcome: entry.outcome, ...entry.on };
      log.info(line, "admin action");
      try {
        await trail.append(entry);
        if (repeated !== undefined) noted.add(repeated);
        return true;
      } catch (error) {
        losses.add();
        log.error({ ...line, error: String(error) }, "the audit trail could not take this in");
        return false;
      }
    },
  };
}

const REMEMBERED_MS = 3_600_000;
const MAX_REMEMBERED = 1_000;

/** What was noted within the last hour. */
function createMemory(): { has(text: string): boolean; add(text: string): void } {
  const seen = new Map<string, number>();
  return {
    has: (text) => Date.now() - (seen.get(text) ?? Number.NEGATIVE_INFINITY) < REMEMBERED_MS,
    add(text) {
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.set(text, Date.now());
    },
  };
}

/** Who does it, from where. */
export type Doer = Pick<AuditEntry, "who" | "from">;

export interface Doing extends Doer {
  readonly what: Audited;
  /** What an error that ended it says of the outcome. */
  readonly outcomeOf: (error: unknown) => Outcome;
}

/**
 * Does something and notes it, however it ends.
 *
 * @param work is given what to say with what it is about, as soon as it knows
 */
export async function audited<T>(
  audit: Pick<Audit, "note">,
  { outcomeOf, ...doing }: Doing,
  work: (concerns: (on: Concerned) => void) => Promise<T>,
): Promise<{ readonly result: T; readonly noted: boolean }> {
  let on: Concerned = {};
  const concerns = (more: Concerned): void => {
    on = { ...on, ...more };
  };
  try {
    const result = await work(concerns);
    return { result, noted: await audit.note({ ...doing, on, outcome: "done" }) };
  } catch (error) {
    await audit.note({ ...doing, on, outcome: outcomeOf(error) });
    throw error;
  }
}
