/** What one correction would mend: the same kind and code at the same object and fields, or the same reason to hold. */
import { z } from "zod";
import { digest } from "../redis/keys.ts";
import { actionEntry, type FailureEntry } from "./entries.ts";
import { HOLD_REASONS } from "./hold-reasons.ts";

/** `held`: waits for a person. Each kind has a list of its own. */
export const CAUSE_KINDS = ["failed", "held"] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

const causeEntry = z.object({
  kind: z.string(),
  code: z.string().optional(),
  object: z.string().optional(),
  fields: z.array(z.string()),
  /** As in the failures: what a newer version wrote may be left out. */
  hold: z.enum(HOLD_REASONS).optional().catch(undefined),
  /** The first failure of this cause, as an example; without personal data. */
  example: z.string(),
  /** The CRM's words in it. */
  words: z.string(),
  nextStep: z.string(),
  /** ISO UTC. */
  firstSeen: z.string(),
});
type CauseEntry = z.infer<typeof causeEntry>;

const after = z.object({ action: actionEntry.shape.action, by: z.string() });
/** What somebody did about purchases, by which they left the list. */
export type After = z.infer<typeof after>;
const seen = z.object({ by: z.string(), at: z.string() });

interface Over {
  /** ISO UTC. */
  readonly at: string;
  /** Absent where it was mended by itself. */
  readonly after?: After;
}

export type CauseState =
  | { readonly kind: "new" }
  | { readonly kind: "seen"; readonly by: string; readonly at: string }
  /** Listed anew; `over` was how it had ended. */
  | { readonly kind: "back"; readonly at: string; readonly over: Over }
  | { readonly kind: "resolved"; readonly over: Over };

export type Cause = CauseEntry & {
  readonly id: string;
  /** Purchases on the list now; 0 once it is resolved. */
  readonly count: number;
  /** ISO UTC. */
  readonly lastSeen: string;
  readonly state: CauseState;
};

export function kindOf({ hold }: Pick<Cause, "hold">): CauseKind {
  return hold === undefined ? "failed" : "held";
}

/** Of a purchase: `held` where it waits for a person and for nothing else. */
export function kindOfAll(failures: readonly Pick<FailureEntry, "hold">[]): CauseKind {
  return failures.every(({ hold }) => hold !== undefined) ? "held" : "failed";
}

/** The same for every failure that one correction would mend. */
export function causeId(failure: FailureEntry): string {
  const { kind, code, object, hold } = failure;
  return digest(JSON.stringify([kind, code, object, hold?.reason, placesOf(failure)]));
}

/** @param at milliseconds since the epoch */
export function causeOf(failure: FailureEntry, at: number): CauseEntry {
  const { kind, code, object, hold, sentence, words, nextStep } = failure;
  return {
    kind,
    fields: placesOf(failure),
    example: sentence,
    words,
    nextStep,
    firstSeen: new Date(at).toISOString(),
    ...(code !== undefined && { code }),
    ...(object !== undefined && { object }),
    ...(hold !== undefined && { hold: hold.reason }),
  };
}

function placesOf({ fields }: FailureEntry): string[] {
  return [...new Set(fields.map(({ field }) => field))].toSorted();
}

/** The fields that the hash has of a cause, in the order that `parseCause` takes. */
export function fieldsOfCause(id: string): string[] {
  return [id, `${id}:over`, `${id}:overAt`, `${id}:back`, `${id}:seen`];
}

/** @returns undefined for one that is not known, or no longer */
export function parseCause(
  id: string,
  [text, overAfter, overAt, back, seenBy]: readonly (string | null | undefined)[],
  { count, lastSeen }: { readonly count: number; readonly lastSeen: number },
): Cause | undefined {
  if (!text) return undefined;
  const did = overAfter ? after.safeParse(JSON.parse(overAfter)).data : undefined;
  const over = overAt ? { at: iso(overAt), ...(did && { after: did }) } : undefined;
  const state = stateOf(count, over, back, seenBy);
  return { ...causeEntry.parse(JSON.parse(text)), id, count, lastSeen: iso(lastSeen), state };
}

function stateOf(
  count: number,
  over: Over | undefined,
  back: string | null | undefined,
  seenBy: string | null | undefined,
): CauseState {
  if (count === 0 && over !== undefined) return { kind: "resolved", over };
  if (seenBy) return { kind: "seen", ...seen.parse(JSON.parse(seenBy)) };
  if (back && over !== undefined) return { kind: "back", at: iso(back), over };
  return { kind: "new" };
}

function iso(ms: string | number): string {
  return new Date(Number(ms)).toISOString();
}
