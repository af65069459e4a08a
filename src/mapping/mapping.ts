/** A mapping file once it has been read, checked and compiled. */
import type { DuplicateRules, FieldValue } from "../../connectors/connector.ts";
import type { Compiled } from "./expression.ts";
import type { CreateAs } from "./field-schema.ts";
import type { LinkOwner, Owner, RefusedRule, SourceRef, Writing } from "./plan.ts";
import type { ValueFacts } from "./value-facts.ts";

export interface Expression {
  readonly source: SourceRef;
  readonly evaluate: Compiled;
  readonly facts: ValueFacts;
  /** Whether it reads something of all bookings of a person. */
  readonly readsBookings: boolean;
}

/** Exactly this value. */
export interface Constant {
  readonly constant: FieldValue;
  readonly source: SourceRef;
}

export type FieldRule = Writing & {
  readonly field: string;
  readonly value: Expression | Constant;
  /** The value a record is created with when `value` is blank. */
  readonly otherwise: Expression | undefined;
  readonly refused: RefusedRule;
  readonly owner: Owner;
  readonly clearWhenBlank: boolean;
  /** How to create the field where the CRM lacks it. */
  readonly createAs: CreateAs;
};

/** The states that `on` knows, the one that counts most last. */
export const CHANGES = [
  "created",
  "updated",
  "rescheduled",
  "waitlisted",
  "attended",
  "completed",
  "no_show",
  "cancelled",
] as const;
export type ChangeName = (typeof CHANGES)[number];

export interface LinkRule {
  readonly to: string;
  readonly via: string;
  /** Whether the target section has a record per booking. */
  readonly perBooking: boolean;
  /** Whether it has one for each attendee of a booking. */
  readonly perAttendee: boolean;
  /** Nobody is asked about a link. */
  readonly owner: LinkOwner;
  readonly source: SourceRef;
}

export interface Section {
  readonly name: string;
  /** Where `object` stands. */
  readonly source: SourceRef;
  readonly object: string;
  readonly per: "person" | "attendee" | "company" | "purchase" | "booking";
  /** Of a section per attendee: those that make the same people the same objects, and decide with it who is there. */
  readonly alike: readonly string[];
  /** BookingBug company ids whose bookings get this record; empty: every booking's. */
  readonly companies: readonly string[];
  readonly identity: { readonly field: string; readonly value: Expression };
  readonly match: readonly string[];
  readonly several: "hold" | "oldest" | "newest";
  readonly deleted: "recreate" | "report";
  readonly create: "always" | "never";
  /** The section that finds none where this one is written. */
  readonly unless: string | undefined;
  /** What becomes of the record of a booking that is cancelled. */
  readonly cancelled: "keep" | "delete";
  /** What becomes of it when the booking is moved to another time. */
  readonly moved: "keep" | "new_record";
  readonly assign: boolean;
  readonly duplicateRules: DuplicateRules;
  readonly converted: "report" | "follow";
  /** Where the rules stand that not every CRM has a use for; absent where they are left out. */
  readonly ruleSources: Readonly<Partial<Record<"assign" | "duplicateRules" | "converted" | "cancelled", SourceRef>>>;
  readonly when: Expression | undefined;
  readonly links: readonly LinkRule[];
  readonly fields: readonly FieldRule[];
  readonly on: Readonly<Partial<Record<ChangeName, readonly FieldRule[]>>>;
  /** Look-ups that its expressions read. */
  readonly reads: readonly string[];
}

/** One way in which a record is found: by the value of one field; what else it holds says whether it is meant. */
export interface Way {
  readonly field: string;
  readonly value: Expression | Constant;
  readonly also: readonly { readonly field: string; readonly value: Expression | Constant }[];
}

/** A section that finds a record and never makes one. */
export interface LookUp {
  readonly name: string;
  /** Where `object` stands. */
  readonly source: SourceRef;
  readonly object: string;
  readonly per: Exclude<Section["per"], "attendee">;
  /** In order of trust. */
  readonly ways: readonly Way[];
  /** The record that it points to, where it is found by that. */
  readonly by: LinkRule | undefined;
  readonly several: Section["several"];
  readonly none: "skip" | "hold" | "fail";
  /** The CRM's id of what is taken where nothing is found. */
  readonly otherwise: string | undefined;
  readonly when: Expression | undefined;
  /** Fields that expressions read. */
  readonly select: readonly string[];
}

export interface Mapping {
  readonly file: string;
  readonly crm: string;
  /** BookingBug company ids; empty when the mapping serves all that no other does. */
  readonly companies: readonly string[];
  /** Whether anything at all is written for a booking. */
  readonly when: Expression | undefined;
  /** In dependency order: a section comes after those it links to. */
  readonly sections: readonly Section[];
  readonly lookUps: readonly LookUp[];
  /** Whether any expression reads something of all bookings of a person. */
  readonly readsBookings: boolean;
  /** Changes when the file's text does. */
  readonly version: string;
  /** The file's lines, to quote from. */
  readonly lines: readonly string[];
}
