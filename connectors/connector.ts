/**
 * The contract between the worker and a CRM.
 *
 * A *record* is one row of a CRM *object* (Salesforce sObject type, HubSpot object type). Callers ask for one record at
 * a time; a connector gathers what concurrent callers ask for into the CRM's own batch calls and gives each its own
 * answer. Nothing in here knows BookingBug, Redis, the environment or a mapping file.
 */
import type { z } from "zod";
import type { Changes, Edit } from "./edits.ts";
import type { RecordPlace } from "./errors.ts";
import type { Ground, Recognised } from "./recognise.ts";
import type { TokenChains, TokenKeeping } from "./tokens.ts";

/** What a field can be set to. Instants are ISO 8601 UTC strings, dates `YYYY-MM-DD`. `null` clears the field. */
export type FieldValue = string | number | boolean | null;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** A record as the CRM holds it. `values` has the selected fields; an empty field is `null`. */
export interface CrmRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
}

/** Looks records up by exact value of one field, one record by its CRM id, or those that point to another record. */
export interface FindQuery {
  readonly object: string;
  readonly by: { readonly field: string; readonly value: string } | { readonly id: string } | { readonly link: Link };
  /** Fields to return beside the id. */
  readonly select: readonly string[];
  /**
   * Fields to return as well, as long as that costs no call: one that cannot be read, or that there is not, is no error and
   * is missing from `values`. A connector may leave out all of them.
   */
  readonly also?: readonly string[];
}

/**
 * A relation from the record being written to another record.
 *
 * `via` is the CRM's own name for it: in Salesforce the lookup field (`WhoId`); in HubSpot an association type id
 * (`"200"`), a `USER_DEFINED:<id>` label, or `default`. Where the CRM names its kinds of relation, it may be `viaLabel` of a name.
 */
export interface Link {
  readonly via: string;
  readonly toObject: string;
  readonly toId: string;
}

/** A way in which records of one object are linked to those of another. */
export type LinkKind = Pick<Link, "via" | "toObject">;

/** The records of an object that a record is associated with in one way. */
export interface Associations extends LinkKind {
  readonly toIds: readonly string[];
}

const LABEL = "label:";

/** `via` of the relation that people know by this name in the CRM. */
export function viaLabel(label: string): string {
  return `${LABEL}${label}`;
}

/** @returns the name, where `via` is by name */
export function labelOf(via: string): string | undefined {
  return via.startsWith(LABEL) ? via.slice(LABEL.length) : undefined;
}

export type WriteTarget =
  | { readonly by: "id"; readonly id: string }
  | {
      readonly by: "external_id";
      readonly field: string;
      readonly value: string;
      /**
       * `new`: we never tried to write this record, so a plain create is worth trying first where it saves a call.
       * `unknown`: it may exist already; the write must be idempotent.
       */
      readonly expect: "new" | "unknown";
    }
  /**
   * A record that no key of ours tells apart, which whoever asks has looked for by this value and not found: a plain create.
   * It is never sent again while it may have taken effect; who tries again looks first.
   */
  | { readonly by: "match"; readonly field: string; readonly value: string };

/**
 * What a rule of the CRM against duplicates that only warns does to a write: `pass` saves past it, `strict` is refused by it.
 * A rule that blocks refuses either way.
 */
export type DuplicateRules = "pass" | "strict";

/** Creates or updates one record. Only the given fields and links change. */
export interface RecordWrite {
  readonly object: string;
  readonly target: WriteTarget;
  readonly values: FieldValues;
  /** To be there afterwards. */
  readonly links: readonly Link[];
  /** Made by an earlier write and to be gone afterwards; one that is gone already is no error. Absent: none. */
  readonly unlink?: readonly Link[];
  /** Absent: `pass`. A CRM without such rules has nothing to heed. */
  readonly duplicateRules?: DuplicateRules;
  /** Whether rules of the CRM give a new record its owner. Absent: they do not. A CRM without such rules has nothing to heed. */
  readonly assign?: boolean;
}

export interface SavedRecord {
  readonly id: string;
  readonly created: boolean;
}

export type FieldKind = "string" | "number" | "boolean" | "date" | "datetime" | "enum" | "reference" | "other";

/** What the CRM's metadata says of one field. */
export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly maxLength?: number;
  /** The values an enumeration accepts; absent when it accepts any. */
  readonly options?: readonly string[];
  /** Where a text takes only names out of a list: those, and the field that takes their codes. */
  readonly coded?: { readonly by: string; readonly names: readonly string[] };
  /** The objects whose records' ids it takes; absent where it takes other values. */
  readonly refersTo?: readonly string[];
  readonly createable: boolean;
  readonly updateable: boolean;
  /** True when a record cannot be created without it. */
  readonly required: boolean;
  /** True when the CRM refuses two records with the same value and can look a record up by it. */
  readonly unique: boolean;
}

export interface ObjectDescription {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldDescription>;
  /** False when our user may not create such records; absent when the CRM does not say. */
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly deletable?: boolean;
  /** True when a text field refuses a number or a yes/no that is not written as text. */
  readonly strictText?: boolean;
  /**
   * True when a linked record can be found again although the CRM does not keep our id unique, by the records it is linked
   * to; that costs calls.
   */
  readonly findsByLinks?: boolean;
  /** True when a link's `via` names one of the fields. */
  readonly linksAreFields?: boolean;
  /** What a link's `via` may be besides, to hold many records and not one. */
  readonly manyLinks?: readonly string[];
  /** True when the CRM may have rules against duplicates of it that only warn: what `duplicateRules` of a write heeds. */
  readonly hasDuplicateRules?: boolean;
  /** True when the CRM may have rules that give new records of it an owner: what `assign` of a write asks for. */
  readonly hasAssignmentRules?: boolean;
  /** True when people may convert its records, which are written to no more then: what a ConvertedError tells of. */
  readonly canBeConverted?: boolean;
}

/** One HTTP request to the CRM, as reported to whoever counts them. Never holds record data. */
export interface CallReport {
  /** What the call was for, e.g. `upsert`, `find`, `associate`, `token`. */
  readonly operation: string;
  readonly object: string | undefined;
  readonly records: number;
  readonly status: number | "network" | "timeout";
  readonly durationMs: number;
}

/** What the CRM said about its own limits in an answer's headers. */
export interface LimitReport {
  readonly window: "burst" | "daily";
  readonly limit: number;
  readonly remaining: number;
}

/**
 * Keeps requests under the CRM's limits across all workers. `acquire` resolves when one request may be sent and
 * returns the function to call when it has ended; it rejects with RateLimitedError when the daily allocation is spent.
 */
export interface Pacer {
  acquire(kind: "standard" | "search"): Promise<() => void>;
  observe(report: LimitReport): void;
}

/** No pacing at all, for tools that make a handful of calls. */
export const unpaced: Pacer = { acquire: async () => () => {}, observe: () => {} };

/**
 * How many records of an object this CRM takes in one writing call, where that is fewer than it documents: an org's own
 * triggers and flows have limits. Whoever keeps it lets it grow again with time. Neither method rejects.
 */
export interface CallSizes {
  /** Undefined while nothing speaks against a full call. */
  get(object: string): Promise<CallSize | undefined>;
  set(object: string, size: number): Promise<void>;
}

export interface CallSize {
  /** What went through when it was learnt. */
  readonly learnt: number;
  /** What may be tried by now. */
  readonly most: number;
}

export interface ConnectorLog {
  debug(detail: object, message: string): void;
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

/** What a connector needs from the process it runs in. */
export interface ConnectorServices {
  readonly pacer: Pacer;
  readonly log: ConnectorLog;
  readonly onCall: (report: CallReport) => void;
  /** Milliseconds after which a request is given up; the write may still have taken effect. */
  readonly requestTimeoutMs: number;
  /** What all processes have learnt; absent where what is learnt need not outlast the connector. */
  readonly sizes?: CallSizes;
  /** Where tokens are kept that a CRM changes; absent where there is no such place. */
  readonly tokens?: TokenChains | undefined;
}

/** What a created field is to hold. */
export type WantedType =
  | "text"
  | "long_text"
  | "number"
  | "checkbox"
  | "date"
  | "datetime"
  | "picklist"
  | "email"
  | "phone"
  | "url";

/** A field that is needed and that the CRM lacks, or hides from our user. */
export interface WantedField {
  readonly object: string;
  readonly name: string;
  readonly label: string;
  readonly type: WantedType;
  /** Characters, for texts. */
  readonly length: number;
  /** Digits after the point, for numbers. */
  readonly decimals: number;
  /** Values of a picklist. */
  readonly options: readonly string[];
  /** An external id: unique, and good to look records up by. */
  readonly unique: boolean;
}

export interface ProvisionStep {
  readonly what: string;
  /** `planned` in a dry run; `present` when there was nothing to do. */
  readonly outcome: "planned" | "done" | "present" | "failed";
  /** Why it failed, in the CRM's words. */
  readonly reason?: string;
}

export interface ProvisionOptions {
  /** Only says what would be done. */
  readonly dryRun: boolean;
  readonly onStep: (step: ProvisionStep) => void;
}

/** A standard field by which a person tells one record of an object from another. */
export interface TellingField {
  readonly field: string;
  readonly tells: "created" | "owner" | "last_activity" | "phone" | "city";
  /** Where it holds the id of another record: of which object, and the fields of that one that are its name. */
  readonly names?: { readonly object: string; readonly by: readonly string[] };
}

/** Every method rejects with a CrmError and with nothing else. */
export interface Connector {
  readonly crm: string;
  /**
   * All records that match, in no promised order; empty only when the CRM said there are none. One that is asked for by its id
   * and was merged away rejects with a NotFoundError that names the record that is left, where the CRM says which.
   */
  find(query: FindQuery): Promise<readonly CrmRecord[]>;
  save(write: RecordWrite): Promise<SavedRecord>;
  /** The object's fields; rejects with MisconfiguredError when the CRM has no such object. */
  describe(object: string): Promise<ObjectDescription>;
  /**
   * What is wrong with links of this kind from one object to another, and which kinds there are; undefined when nothing is.
   * Rejects with MisconfiguredError when our user may not know. Absent where links are fields.
   */
  linkProblem?(from: string, link: LinkKind): Promise<string | undefined>;
  /**
   * What a record is associated with, by whomever, in each of these ways; one that is a field, or that the CRM says nothing of,
   * is missing in the answer. Gathered with what concurrent callers ask for. Absent where all links are fields. Links that hold many
   * records beside fields are told here, too.
   */
  associations?(object: string, id: string, kinds: readonly LinkKind[]): Promise<readonly Associations[]>;
  /**
   * What a record became that people converted, which is where its links went with it; undefined where nobody did. Absent where
   * no record can be.
   */
  became?(place: RecordPlace): Promise<RecordPlace | undefined>;
  /**
   * By field; those that the CRM says nothing of are missing. A record that is gone or was merged away: an empty answer.
   * Gathered with what concurrent callers ask for. Absent when the CRM does not tell.
   */
  edits?(object: string, id: string, fields: readonly string[]): Promise<readonly Edit[]>;
  /**
   * Ids of the records of the object with our external id in `field` whose values were changed, and of those deleted, from
   * `since` on: some that changed a minute before may be among them, and records of others among the deleted. What a CRM is
   * blind to it never tells, complete or not: HubSpot no deletion and no association; Salesforce no deletion in the minute
   * that runs, which the next call tells where its `since` is this one's moment. Absent when the CRM does not tell.
   */
  changedSince?(object: string, field: string, since: string): Promise<Changes>;
  /** What tells records of an object apart for a person; an account may lack some of it. Absent when nothing is known of that. */
  tellingFields?(object: string): readonly TellingField[];
  /**
   * Fields of an object of which the CRM reckons some from the others: whoever writes one says those others as well that are
   * to stay as they are. Absent where each field stands alone.
   */
  reckonedTogether?(object: string): readonly string[];
  /** Names of the objects there are, for "did you mean". Absent when the CRM does not tell. */
  objectNames?(): Promise<readonly string[]>;
  /**
   * Creates fields and lets our user see and edit them. Running it again does only what is left to do; one field that
   * fails does not keep the others from being created. Absent when the CRM offers no way.
   */
  provision?(wanted: readonly WantedField[], options: ProvisionOptions): Promise<void>;
  /**
   * Deletes one record, for good or into the CRM's recycle bin; one that is gone already counts as deleted. For trials, and
   * for cancelled bookings where the mapping asks for it. Absent when the CRM offers no way.
   */
  remove?(object: string, id: string): Promise<void>;
  /**
   * Finds out which of the ways that the CRM's documents leave open it is, by a few calls, with test records that it removes
   * again. Rejects only where nothing at all could be asked. Absent when the CRM leaves nothing open.
   */
  recognise?(ground: Ground): Promise<Recognised>;
  /** One cheap authenticated call: resolves when the credentials are good. */
  probe(): Promise<void>;
  /** What becomes of a token that the CRM changes when we sign in. Absent where none is configured. */
  readonly tokenKeeping?: (() => TokenKeeping) | undefined;
  /** Where a person sees the record in the CRM's own pages. */
  recordUrl(object: string, id: string): string;
  close(): Promise<void>;
}

/** What the CRM publishes about its limits, until its own answers say more. */
export interface PublishedLimits {
  /** Requests per rolling window, for all of this app's workers together. */
  readonly burst?: { readonly limit: number; readonly windowMs: number };
  /** The same for search requests, where the CRM counts them apart. */
  readonly search?: { readonly limit: number; readonly windowMs: number };
  /** Requests under way at the same moment, for all of this app's workers together. */
  readonly concurrent?: number;
}

/** One environment variable of a connector, as documented and checked at start. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  /** What it counts as when it is unset; `variableReader` of variables.ts reads it so. */
  readonly default?: string;
  readonly secret?: boolean;
}

/** How a connector is listed in `connectors/index.ts`. */
export interface ConnectorDefinition<Settings = unknown> {
  readonly crm: string;
  /** The CRM's name as people write it. */
  readonly title: string;
  readonly environment: readonly EnvironmentVariable[];
  readonly limits: PublishedLimits;
  /** Parses the connector's own variables. Its issues' messages say what to set and how. */
  readonly settings: z.ZodType<Settings, Readonly<Record<string, string | undefined>>>;
  connect(settings: Settings, services: ConnectorServices): Connector;
}
