/** What can be chosen about the make-believe org: its limits, and each thing of which Salesforce's way is not certain. */

/** "Duplicate Rules": what is done about Contacts of which there is one already. */
export interface DuplicateRule {
  /** An alert can be saved past (`Sforce-Duplicate-Rule-Header: allowSave=true`), a block cannot. */
  readonly action: "alert" | "block";
  readonly by: "Email" | "LastName";
  /** Whether it looks at edits of the field too, or only at what is created. */
  readonly edits?: boolean;
  /** Where a row of a collections answer holds the matches; `nowhere` when our user may not see them. */
  readonly matches?: "error" | "row" | "nowhere";
}

export interface SalesforceSandboxOptions {
  readonly dailyLimit?: number;
  /** Seconds a token is good for; for ever when absent. */
  readonly tokenSeconds?: number;
  /** Each use of a refresh token answers a new one and ends it ("Refresh Token Rotation"). */
  readonly rotatesRefreshTokens?: boolean;
  /** What keeps Contacts from being there twice; nothing when absent. */
  readonly duplicateRule?: DuplicateRule;
  /** Who becomes the owner of these objects' records with each write that does not say otherwise ("Assignment Rule Header"). */
  readonly assignmentRule?: { readonly objects: readonly string[]; readonly ownerId: string };
  /** Rows of an object that its trigger takes in a call, as `{ Event: 20 }`; with more, every row fails. */
  readonly triggerLimits?: Readonly<Record<string, number>>;
  /** Of the calls that write, each so-many-th meets an org that is read-only for a maintenance. */
  readonly maintenanceEvery?: number;
  /** Values of the wrong type and unknown columns fail their row, or the call as a whole. */
  readonly badInput?: "row" | "call";
  /** "State and Country/Territory Picklists" are on: addresses have codes, and free text is refused. */
  readonly picklists?: boolean;
  /** Whether accounts may be people. */
  readonly personAccounts?: boolean;
  /** One bad row rolls the others back, although the call said `allOrNone: false`. */
  readonly rollsBack?: boolean;
  /** Whether a duplicate value's message names the field and the record, or `<unknown>`. */
  readonly namesDuplicates?: boolean;
  /** Whether the figures of the daily allocation may be read. */
  readonly limitsForbidden?: boolean;
  /** Objects that do not exist, or that the user may not see. */
  readonly hiddenObjects?: readonly string[];
  /** Objects whose deletions the org does not tell. */
  readonly notReplicated?: readonly string[];
  /** Milliseconds for which the org knows what was deleted, which a full log makes fewer; 15 days when absent. */
  readonly deletionsKeptMs?: number;
  /** Fields that do not exist, or that field-level security hides, as `Contact.BB_Id__c`. */
  readonly hiddenFields?: readonly string[];
  /** Fields that the user may read and not write. */
  readonly readOnlyFields?: readonly string[];
  /** Custom keys that somebody forgot to make unique. */
  readonly notUnique?: readonly string[];
  /** Fields that an admin made unique beside our keys, as `Event.BB_Purchase_Id__c`. */
  readonly alsoUnique?: readonly string[];
  /** Whether a permission set names a field of events by Activity, where it is defined, or by Event. */
  readonly activityPermissions?: "Activity" | "Event";
  /** Whether the user may create fields. */
  readonly mayModifyMetadata?: boolean;
}
