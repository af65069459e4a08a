/**
 * What the timeline of a purchase tells. It holds what was written to a CRM, and with it personal data: it is shown to
 * who may see it and never logged.
 */
import { z } from "zod";
import { ARRIVAL_ROUTES, BOOKING_HOLD_REASONS } from "../booking/types.ts";

/** What a notification or a decision did to a booking. `not_asked`: a decision came too late and changed nothing. */
const CHANGES = [
  "created",
  "updated",
  "rescheduled",
  "cancelled",
  "repeated",
  "confirmed",
  "stale",
  "held",
  "taken_back",
  "not_asked",
] as const;

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A notification (or a person's decision) that a pass folded in. */
const notificationEntry = z.object({
  deliveryId: z.string(),
  seq: z.number(),
  route: z.enum(ARRIVAL_ROUTES),
  /** ISO UTC. */
  receivedAt: z.string(),
  /** `decision`: a person's answer to a hold, which arrives like a notification. `unreadable`: changed nothing. */
  says: z.enum(["notification", "decision", "unreadable"]),
  changes: z.array(
    z.object({
      bookingId: z.string(),
      kind: z.enum(CHANGES),
    }),
  ),
});
export type NotificationEntry = z.infer<typeof notificationEntry>;

const fieldChange = z.object({
  field: z.string(),
  /** What the CRM held, or else what we last wrote; absent for a new record, and where nobody looked. */
  from: fieldValue.optional(),
  to: fieldValue,
  /** What it held was none of ours: we had never written the field. */
  theirs: z.literal(true).optional(),
});

/** A field that differed and was left alone: its rule in the mapping asked for that. */
const skippedField = z.object({
  field: z.string(),
  why: z.enum(["when_empty", "on_create", "edited", "asked", "not_forward", "not_in_order", "crm_not_in_order"]),
});
export type SkippedField = z.infer<typeof skippedField>;

/** A field whose value the CRM refused, and that the mapping lets be left out. Without personal data. */
const leftOutField = z.object({
  field: z.string(),
  code: z.string().optional(),
  /** The CRM's words. */
  words: z.string(),
  file: z.string(),
  line: z.number(),
});
export type LeftOutField = z.infer<typeof leftOutField>;

/** One CRM record that a pass looked after. */
const recordEntry = z.object({
  /** Unique within the purchase. */
  key: z.string(),
  section: z.string(),
  bookingId: z.string().optional(),
  object: z.string(),
  id: z.string(),
  action: z.enum(["unchanged", "updated", "created", "adopted", "recreated", "retired", "removed"]),
  changes: z.array(fieldChange),
  skipped: z.array(skippedField),
  /** Absent when it was nothing. */
  leftOut: z.array(leftOutField).optional(),
});
export type RecordEntry = z.infer<typeof recordEntry>;

/**
 * A person without whom the booking was written: nothing is known that they could be recognised by, or the CRM has not got them
 * and the mapping makes none.
 */
const unidentifiedEntry = z.object({
  section: z.string(),
  /** Absent for a purchase without bookings. */
  bookingId: z.string().optional(),
  /** Fields of the CRM that would have done, or did not. */
  matchedBy: z.array(z.string()),
  why: z.literal("not_there").optional(),
});
export type UnidentifiedEntry = z.infer<typeof unidentifiedEntry>;

/** Why a person picks a record: several are found, or the CRM itself takes a new one for a duplicate. */
export const PICK_REASONS = ["several_match", "duplicate_rule"] as const;

/** Why something waits for a person. */
const holdEntry = z.discriminatedUnion("reason", [
  z.object({
    reason: z.enum(PICK_REASONS),
    section: z.string(),
    object: z.string(),
    /** CRM ids of the records to pick from. */
    candidates: z.array(z.string()),
  }),
  z.object({
    reason: z.literal("look_up"),
    section: z.string(),
    object: z.string(),
    /** CRM ids of the records that the mapping finds where it wants one. */
    found: z.array(z.string()),
  }),
  z.object({
    reason: z.enum(BOOKING_HOLD_REASONS),
    bookingIds: z.array(z.string()),
  }),
]);
export type HoldEntry = z.infer<typeof holdEntry>;
/** One that is answered by picking a record. */
export type PickHold = Extract<HoldEntry, { candidates: string[] }>;

export function isPick(hold: HoldEntry | undefined): hold is PickHold {
  return hold !== undefined && "candidates" in hold;
}

/** One record, booking or purchase that could not be brought up to date. Without personal data. */
const failureEntry = z.object({
  bookingId: z.string().optional(),
  section: z.string().optional(),
  object: z.string().optional(),
  /** A CrmErrorKind, or `held`, `deleted_in_crm`, `misconfigured_mapping`, `unexpected`, … */
  kind: z.string(),
  /** The CRM's own code. */
  code: z.string().optional(),
  /** The CRM's id of the request, for its support; another one at each try, so no part of the sentence. */
  requestId: z.string().optional(),
  /** The CRM's words. */
  words: z.string(),
  /** What the CRM named, with the line of the mapping that each value comes from. */
  fields: z.array(
    z.object({
      field: z.string(),
      file: z.string().optional(),
      line: z.number().optional(),
      expression: z.string().optional(),
    }),
  ),
  nextStep: z.string(),
  /** Whether it is tried again by itself. */
  heals: z.boolean(),
  /** One of a newer version, which this one does not know, is left out: the sentence says what it is. */
  hold: holdEntry.optional().catch(undefined),
  /** A record of the CRM that a person has to look at. */
  record: z.object({ object: z.string(), id: z.string() }).optional(),
  /** All of the above in one sentence. */
  sentence: z.string(),
});
export type FailureEntry = z.infer<typeof failureEntry>;

const passEntry = z.object({
  kind: z.literal("pass"),
  crm: z.string(),
  /** ISO UTC; when the pass ended, the last one where `times` is above 1. */
  at: z.string(),
  durationMs: z.number(),
  /** `retrying`: failed, and tried again by itself. `held`: waits for a person and nothing else failed. */
  outcome: z.enum(["applied", "retrying", "failed", "held"]),
  /** Passes in a row that ended in the same way without anything new. */
  times: z.number(),
  notifications: z.array(notificationEntry),
  /** Versions of the mapping files that it was planned by; absent in an entry of an earlier version. */
  mappings: z.array(z.string()).optional(),
  records: z.array(recordEntry),
  /** Absent in an entry of an earlier version. */
  unidentified: z.array(unidentifiedEntry).optional(),
  failures: z.array(failureEntry),
  /** What was asked of the CRM, record by record; one request carries many passes' records. */
  asked: z.object({ lookUps: z.number(), writes: z.number() }),
});
export type PassEntry = z.infer<typeof passEntry>;

/** Something an operator did. */
export const actionEntry = z.object({
  kind: z.literal("action"),
  crm: z.string(),
  /** ISO UTC. */
  at: z.string(),
  by: z.string(),
  action: z.enum(["retry", "dismiss", "pick", "decide", "take_back", "show_payload", "undo"]),
  /** The reason given, the record picked, the verdict; without personal data. */
  detail: z.string().optional(),
  /** The job on many that it is part of. */
  job: z.string().optional(),
});
export type ActionEntry = z.infer<typeof actionEntry>;

/** What somebody did to a record in the CRM, as a round over the CRM's records found it. */
const driftEntry = z.object({
  kind: z.literal("drift"),
  crm: z.string(),
  /** When it was found; ISO UTC. */
  at: z.string(),
  section: z.string(),
  object: z.string(),
  id: z.string(),
  what: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("edited"),
      fields: z.array(
        z.object({
          field: z.string(),
          /** What was written. */
          from: fieldValue,
          /** What the CRM holds. */
          to: fieldValue,
          /** Who edited it and when, where the CRM says. */
          by: z.string().optional(),
          at: z.string().optional(),
        }),
      ),
    }),
    z.object({ kind: z.literal("deleted") }),
    z.object({ kind: z.literal("merged"), into: z.string() }),
    /** It is as it was written again, or is left as it is. */
    z.object({ kind: z.literal("settled") }),
  ]),
});
export type DriftEntry = z.infer<typeof driftEntry>;

export const timelineEntry = z.discriminatedUnion("kind", [passEntry, actionEntry, driftEntry]);
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const failureEntries = z.array(failureEntry);
