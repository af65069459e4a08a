/**
 * What a mapping makes of a purchase: the records a CRM should hold. Pure data; the sync stage carries it out.
 */
import type { DuplicateRules, FieldValue } from "../../connectors/connector.ts";
import type { StatedOf } from "../booking/statements.ts";

/** Where a value came from, so that an error can name the line an admin has to change. */
export interface SourceRef {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly expression: string;
}

/**
 * When a field is written: `always`; `when_empty`, only while the CRM's field is empty; `on_create`, only when we create the
 * record; `unless_edited`, until a person has changed it in the CRM. These can be said for a whole section or file.
 */
export type DefaultWrite = "always" | "when_empty" | "on_create" | "unless_edited";

/** `forward`: only when the value stands further on in the order than what the CRM holds. */
export type Writing =
  | { readonly write: DefaultWrite }
  | { readonly write: "forward"; readonly order: readonly string[] };

/** Who has the last word on a field that was edited in the CRM: `ask` a person each time; `report`: nobody has said. */
export const OWNERS = ["bookingbug", "crm", "ask", "report"] as const;
export type Owner = (typeof OWNERS)[number];

/** The same of a link: nobody is asked about one. */
export type LinkOwner = Exclude<Owner, "ask">;

/** What the CRM's refusal of a field's value does: fails the record, or leaves the field out of it. */
export type RefusedRule = "fail" | "leave_out";

export type PlannedField = Writing & {
  readonly field: string;
  /** `null` clears the CRM's field; a field with nothing to say is left out of the plan. */
  readonly value: FieldValue;
  readonly refused: RefusedRule;
  /** Absent where nobody has said. Of whose field an edit is kept, `write` is `unless_edited`. */
  readonly owner?: Exclude<Owner, "report">;
  /** It is made of all bookings of a person, and as new as the look at those. */
  readonly ofBookings?: true;
  readonly source: SourceRef;
};

/** A relation to another planned record of the same purchase, by that record's `key`. */
export interface PlannedLink {
  readonly to: string;
  readonly via: string;
  /** Absent where nobody has said. */
  readonly owner?: Exclude<LinkOwner, "report">;
  readonly source: SourceRef;
}

export interface RecordPlan {
  /** Unique within the purchase: the section's name (`contact`), with the booking's id where there is one per booking, and a digest for each attendee. */
  readonly key: string;
  /** The section of the mapping file. */
  readonly section: string;
  /** Of the mapping file; absent in a plan that no file made. */
  readonly version?: string;
  readonly object: string;
  /**
   * `shared` records (a person, a company) are met by many purchases, and whose statement is the newest by `order` wins, or of
   * what is made of all bookings of a person, whose `look`;
   * `booking` records belong to one booking.
   */
  readonly scope:
    | {
        readonly kind: "shared";
        readonly of: StatedOf;
        readonly order: number;
        /** How new what is known of all bookings of the person is, where it is read. */
        readonly look?: number;
        /** Other sections that may make the same record, so that both never make one each. */
        readonly alike?: readonly string[];
      }
    | { readonly kind: "booking"; readonly bookingId: string };
  /**
   * Our external id: at most one CRM record may hold this value. Without one, what BookingBug says of a person has no id:
   * they are recognised by `match` alone, which has something then, and the field is left to who comes with an id.
   */
  readonly identity: { readonly field: string; readonly value: string | undefined; readonly source: SourceRef };
  /** Further fields by which an existing record is recognised and adopted, in order of trust. */
  readonly match: readonly { readonly field: string; readonly value: string }[];
  /** What to do when several records match: `hold` for a person to pick, or take the `oldest` or `newest`. */
  readonly several: "hold" | "oldest" | "newest";
  /** What to do when the record was deleted in the CRM: create it again, or report it as a failure. */
  readonly deleted: "recreate" | "report";
  /** Whether to create the record where nothing matches. */
  readonly create: "always" | "never";
  /** Key of the record in whose place this one is, where that is not in the CRM. */
  readonly unless: string | undefined;
  /** What a rule of the CRM that only warns of duplicates does when the record is created. */
  readonly duplicateRules: DuplicateRules;
  /** Whether rules of the CRM give the record its owner when it is created. */
  readonly assign: boolean;
  /** What to do when the record was converted: report it as a failure, or link to what it became. */
  readonly converted: "report" | "follow";
  readonly fields: readonly PlannedField[];
  readonly links: readonly PlannedLink[];
  /** Each time that its booking is planned at has a record of its own, whose external id says which. */
  readonly eachTime?: true;
  /** The record is to be deleted: its booking is cancelled, and the mapping wants that. */
  readonly gone?: true;
}

/** A person of whom BookingBug says nothing that a record could be recognised by: what links to them goes without. */
export interface Unidentified {
  readonly section: string;
  /** The CRM's fields that the mapping would have matched by. */
  readonly matchedBy: readonly string[];
}
