/**
 * What the audit trail says of one thing that somebody did: who, when, from where, what, on what, and how it ended. It is
 * kept for longer than what it speaks of, so it holds ids, counts and words of ours, and nothing that a person is known by.
 */
import { z } from "zod";
import { AUDITED } from "./audited.ts";

/** `refused`: it was not fit to be done, and nothing was changed. `failed`: it began, and did not end well. */
const OUTCOMES = ["done", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** On what: each part is there where it applies. */
const concerned = z
  .object({
    crm: z.string(),
    purchase: z.string(),
    booking: z.string(),
    delivery: z.string(),
    /** Of a CRM. */
    record: z.string(),
    /** A question that was answered, and how. */
    hold: z.string(),
    answer: z.string(),
    /** Of failures on the list. */
    cause: z.string(),
    /** What people were told of, by our own name for it. */
    alert: z.string(),
    /** What was pressed on the queues' own page. */
    button: z.string(),
    /** A job on many: which, what it does and to which; ids, days and words of ours. */
    job: z.string(),
    action: z.string(),
    filter: z.string(),
    purchases: z.number(),
    deliveries: z.number(),
    records: z.number(),
    steps: z.number(),
    found: z.number(),
    /** What was searched by. */
    by: z.enum(["id", "name", "email", "phone"]),
    /** What was searched, or who was forgotten, as a keyed digest: `PrivateWords`. */
    words: z.string(),
  })
  .partial();
export type Concerned = Readonly<z.infer<typeof concerned>>;

const auditEntry = z.object({
  /** A user of the dashboard, or of the machine that a command ran on. */
  who: z.string(),
  /** An address, or `COMMAND_LINE`. */
  from: z.string(),
  what: z.enum(AUDITED),
  on: concerned,
  outcome: z.enum(OUTCOMES),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntry>>;

export interface AuditLine extends AuditEntry {
  /** In the order of time; where the next page begins. */
  readonly id: string;
  /** ISO UTC. */
  readonly at: string;
}

export const COMMAND_LINE = "command line";

const MAX_ID = 100;
const MAX_NAME = 100;

/** @returns the entry as it may be kept: whatever was typed and is no id is left out */
export function keepable({ who, from, on, ...rest }: AuditEntry): AuditEntry {
  const kept = Object.entries(on).flatMap(([part, value]) => {
    const isId = typeof value === "string" && IDS.has(part as keyof Concerned);
    return isId ? [[part, looksLikeId(value) ? value : "not an id"] as const] : [[part, value] as const];
  });
  const address = from.replace(/^::ffff:(?=\d)/, "");
  return { who: who.slice(0, MAX_NAME), from: address.slice(0, MAX_NAME), on: Object.fromEntries(kept), ...rest };
}

/** @returns undefined for what a newer version wrote and this one does not know */
export function parseEntry(text: string): AuditEntry | undefined {
  return auditEntry.safeParse(JSON.parse(text)).data;
}

const IDS = new Set<keyof Concerned>(["purchase", "booking", "delivery", "record", "hold", "job"]);

/** An address of a page or an argument may be anything, a name or an e-mail among it. */
function looksLikeId(text: string): boolean {
  return text.length <= MAX_ID && /^[\w.:|-]+$/.test(text) && /\d/.test(text);
}
