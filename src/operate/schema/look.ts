/**
 * Asks a CRM now what its objects are, and says what no longer suits the mappings in force: what changed since it was asked
 * before, and what the check of mappings finds besides. What changed stays on the list until it is as before, or the mapping
 * was changed and the check finds nothing, or somebody accepts it.
 */
import type { Connector } from "../../../connectors/connector.ts";
import type { CrmMetadata } from "../../mapping/check.ts";
import { fieldUses } from "../../mapping/field-uses.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import type { SourceRef } from "../../mapping/plan.ts";
import type { MappingProblem } from "../../mapping/problems.ts";
import { nextBase, type SchemaBase } from "../../mapping/schema-base.ts";
import { type FoundChange, schemaChanges } from "../../mapping/schema-changes.ts";
import {
  issueKey,
  type Place,
  type SchemaChange,
  type SchemaChangeKind,
  type SchemaIssue,
} from "../../mapping/schema-issue.ts";
import type { MappingSet } from "../../mapping/set.ts";
import type { SchemaLook, SchemaSeen } from "../../stats/schema-seen.ts";
import { judgeWith, objectsOf, readMetadata } from "../mapping-check.ts";

export interface SchemaLookDeps {
  readonly connector: Connector;
  readonly mappings: MappingSet;
  readonly seen: Pick<SchemaSeen, "last" | "base" | "note">;
}

/** What the CRM is as of now is what the next look is compared with, whatever changed: the check of mappings counts alone. */
interface LookOptions {
  readonly accept?: boolean;
}

/** @throws CrmError when the CRM does not say: then what was known stays as it was */
export async function lookAtSchema(
  { connector, mappings, seen }: SchemaLookDeps,
  { accept = false }: LookOptions = {},
): Promise<SchemaLook> {
  const { crm } = connector;
  const own = mappings.mappings.filter((mapping) => mapping.crm === crm);
  const metadata = await readMetadata(connector, objectsOf(own));
  const { problems } = await judgeWith(metadata, own, connector);
  const [base, last] = [accept ? {} : await seen.base(crm), await seen.last(crm)];
  const at = new Date().toISOString();
  const versions = versionsOf(mappings, crm);
  const issues = issuesOf({ own, base, metadata, problems, known: last?.issues ?? [], at, versions });
  const look = { at, versions, issues };
  await seen.note(crm, look, baseAfter({ own, base, metadata, issues }));
  return look;
}

/** The same while the mapping files of a CRM are the same. */
export function versionsOf({ mappings }: MappingSet, crm: string): string {
  return mappings
    .filter((mapping) => mapping.crm === crm)
    .map(({ file, version }) => `${file}@${version}`)
    .toSorted()
    .join(" ");
}

interface Compared {
  readonly own: readonly Mapping[];
  readonly base: SchemaBase;
  readonly metadata: CrmMetadata;
}

interface Judging extends Compared {
  readonly problems: readonly MappingProblem[];
  readonly known: readonly SchemaIssue[];
  readonly at: string;
  readonly versions: string;
}

function issuesOf({ own, base, metadata, problems, known, at, versions }: Judging): SchemaIssue[] {
  const before = new Map(known.map((one) => [issueKey(one), one]));
  const groups = new Map<string, SchemaChange>();
  const explained = new Set<MappingProblem>();
  for (const mapping of own) {
    for (const found of schemaChanges(mapping, base, metadata)) {
      const told = problems.filter((problem) => concerns(problem, found));
      for (const one of told) explained.add(one);
      const key = issueKey({ ...found, next: [], places: [], since: at, versions });
      const group = groups.get(key);
      const since = before.get(key)?.since ?? at;
      groups.set(key, {
        ...changeOf(found),
        next: unique([...(group?.next ?? []), ...told.map(({ message }) => message)]),
        places: [...(group?.places ?? []), placeOf(found.source, mapping)],
        since,
        versions: versionsThen(before.get(key)) ?? versions,
      });
    }
  }
  const lasting = [...groups.values()].filter((one) => one.next.length > 0 || one.versions === versions);
  const misfits = problems
    .filter((problem) => !explained.has(problem))
    .map(({ message, ...place }) => ({ message: message.slice(0, MOST_WORDS), places: [place] }))
    .map((one): SchemaIssue => ({ kind: "misfit", ...one, since: at }))
    .map((one) => ({ ...one, since: before.get(issueKey(one))?.since ?? at }));
  return [...lasting.map(withNext), ...misfits];
}

/** A CRM's own words may be long. */
const MOST_WORDS = 500;

function versionsThen(issue: SchemaIssue | undefined): string | undefined {
  return issue === undefined || issue.kind === "misfit" ? undefined : issue.versions;
}

/** The check speaks of the same field on the same line. */
function concerns({ file, line, message }: MappingProblem, { source, field, object }: FoundChange): boolean {
  return file === source.file && line === source.line && message.includes(`\`${field ?? object}\``);
}

function changeOf({ kind, object, field, before, now }: FoundChange) {
  return { kind, object, ...(field !== undefined && { field }), before, now };
}

function placeOf({ file, line, column }: SourceRef, { lines }: Mapping): Place {
  return { file, line, column, excerpt: lines[line - 1] ?? "" };
}

const NEXT: Readonly<Record<SchemaChangeKind, string>> = {
  vanished: "create it again, let our user see it, or take it out of the mapping",
  read_only: "let our user write it, or take it out of the mapping",
  shorter: "what is longer is refused: make the field as long as it was, or cut the value with `truncate_to`",
  required: "give it a default in the CRM, or map it under `fields`",
  kind: "see whether the value still suits the field, and change the line or the field",
  options: "put the values back, or map to those that there are",
  not_unique: "make the field unique again",
};

/** Where the check has nothing to say, since only a booking can tell. */
function withNext(issue: SchemaChange): SchemaChange {
  return issue.next.length > 0 ? issue : { ...issue, next: [NEXT[issue.kind]] };
}

function baseAfter({
  own,
  base,
  metadata,
  issues,
}: Compared & { readonly issues: readonly SchemaIssue[] }): SchemaBase {
  const open = new Map<string, Set<string | undefined>>();
  for (const issue of issues) {
    if (issue.kind === "misfit") continue;
    open.set(issue.object, (open.get(issue.object) ?? new Set()).add(issue.field));
  }
  return nextBase(base, metadata, own.flatMap(fieldUses), open);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
