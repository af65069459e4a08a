/** A mapping file once it has been read, checked and compiled. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { Compiled } from "./expression.ts";
import type { SourceRef, WriteRule } from "./plan.ts";

export interface Expression {
  readonly source: SourceRef;
  readonly evaluate: Compiled;
}

export interface FieldRule {
  readonly field: string;
  readonly value: Expression | { readonly constant: FieldValue; readonly source: SourceRef };
  /** The value a record is created with when `value` is blank. */
  readonly otherwise: Expression | undefined;
  readonly write: WriteRule;
  readonly clearWhenBlank: boolean;
}

export type ChangeName = "created" | "updated" | "rescheduled" | "cancelled";

export interface LinkRule {
  readonly to: string;
  readonly via: string;
  /** Whether the target section has a record per booking. */
  readonly perBooking: boolean;
  readonly source: SourceRef;
}

export interface Section {
  readonly name: string;
  readonly object: string;
  readonly per: "person" | "company" | "booking";
  readonly identity: { readonly field: string; readonly value: Expression };
  readonly match: readonly string[];
  readonly several: "hold" | "oldest" | "newest";
  readonly deleted: "recreate" | "report";
  readonly when: Expression | undefined;
  readonly links: readonly LinkRule[];
  readonly fields: readonly FieldRule[];
  readonly on: Readonly<Partial<Record<ChangeName, readonly FieldRule[]>>>;
}

export interface Mapping {
  readonly file: string;
  readonly crm: string;
  /** BookingBug company ids; empty when the mapping serves all that no other does. */
  readonly companies: readonly string[];
  /** In dependency order: a section comes after those it links to. */
  readonly sections: readonly Section[];
  /** Changes when the file's text does. */
  readonly version: string;
}
