/** What changed in a CRM that a mapping relies on, as it is kept and told. Names of fields, and nothing that is in one. */
import { z } from "zod";

export const SCHEMA_CHANGES = [
  "vanished",
  "read_only",
  "shorter",
  "required",
  "kind",
  "options",
  "not_unique",
] as const;
export type SchemaChangeKind = (typeof SCHEMA_CHANGES)[number];

const place = z.object({ file: z.string(), line: z.number(), column: z.number(), excerpt: z.string() });
export type Place = Readonly<z.infer<typeof place>>;

const change = z.object({
  kind: z.enum(SCHEMA_CHANGES),
  object: z.string(),
  /** Absent where it is the object as a whole. */
  field: z.string().optional(),
  before: z.string(),
  now: z.string(),
  /** What the check of mappings says of the same lines, or else what is to be done. */
  next: z.array(z.string()),
  /** Where mappings rely on it. */
  places: z.array(place),
  /** ISO UTC: when it was first found. */
  since: z.string(),
  /** Of the mapping files then. */
  versions: z.string(),
});
export type SchemaChange = Readonly<z.infer<typeof change>>;

/** `misfit`: the check of mappings finds it, and nobody knows that it was ever otherwise. */
export const schemaIssue = z.discriminatedUnion("kind", [
  change,
  z.object({ kind: z.literal("misfit"), message: z.string(), places: z.array(place), since: z.string() }),
]);
export type SchemaIssue = Readonly<z.infer<typeof schemaIssue>>;

const CHANGED: Readonly<Record<SchemaChangeKind, string>> = {
  vanished: "is gone or hidden",
  read_only: "became read-only",
  shorter: "became shorter",
  required: "became required",
  kind: "changed its kind",
  options: "lost values",
  not_unique: "is no longer unique",
};

/** "Event.BB_Status__c became shorter" */
export function issueTitle(issue: SchemaIssue): string {
  if (issue.kind === "misfit") return `${placesOf(issue)} does not fit the CRM`;
  return `${nameOf(issue)} ${CHANGED[issue.kind]}`;
}

/** "255 characters → 40 characters", or what is wrong. */
export function issueDetail(issue: SchemaIssue): string {
  return issue.kind === "misfit" ? issue.message : `${issue.before} → ${issue.now}`;
}

/** The same for as long as it lasts. */
export function issueKey(issue: SchemaIssue): string {
  return issue.kind === "misfit" ? `misfit:${issue.message}` : `${issue.kind}:${nameOf(issue)}`;
}

function nameOf({ object, field }: Pick<SchemaChange, "object" | "field">): string {
  return field === undefined ? object : `${object}.${field}`;
}

/** "salesforce.yaml:34, salesforce.yaml:51" */
export function placesOf({ places }: { readonly places: readonly Place[] }): string {
  return places.map(({ file, line }) => `${file}:${line}`).join(", ");
}
