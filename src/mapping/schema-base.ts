/**
 * What is kept of a CRM's description of its objects, to tell by what changed: the fields that mappings work with, and those
 * that no record can do without. Definitions alone, and nothing that is in a field.
 */
import { z } from "zod";
import type { FieldDescription } from "../../connectors/connector.ts";
import type { CrmMetadata } from "./check.ts";
import type { FieldUse } from "./field-uses.ts";

const seenField = z.object({
  kind: z.enum(["string", "number", "boolean", "date", "datetime", "enum", "reference", "other"]),
  maxLength: z.number().optional(),
  options: z.array(z.string()).optional(),
  createable: z.boolean(),
  updateable: z.boolean(),
  required: z.boolean(),
  unique: z.boolean(),
});
export type SeenField = Readonly<z.infer<typeof seenField>>;

/** By object, then by field. */
export const schemaBase = z.record(z.string(), z.record(z.string(), seenField));
export type SchemaBase = Readonly<Record<string, Readonly<Record<string, SeenField>>>>;

/**
 * What the next look is compared with: the CRM as it is now, except for what changed and is not settled, which stays as it
 * was until it is.
 *
 * @param open the fields of an object that changed; all of them where `undefined` is among them
 */
export function nextBase(
  before: SchemaBase,
  { objects }: CrmMetadata,
  uses: readonly FieldUse[],
  open: ReadonlyMap<string, ReadonlySet<string | undefined>>,
): SchemaBase {
  const next: Record<string, Record<string, SeenField>> = {};
  for (const object of new Set(uses.map((use) => use.object))) {
    const [known, now] = [before[object], objects.get(object)];
    if (now === undefined || "refusal" in now) {
      if (known !== undefined) next[object] = known;
      continue;
    }
    const used = new Set(uses.filter((use) => use.object === object).map(({ field }) => field));
    const changed = open.get(object) ?? new Set();
    const seen = [...now.fields.values()].filter(
      ({ name, required }) => (required || used.has(name)) && !changed.has(name),
    );
    const kept = Object.entries(known ?? {}).filter(([name]) => changed.has(name));
    next[object] = Object.fromEntries([...seen.map((field) => [field.name, toSeen(field)] as const), ...kept]);
  }
  return next;
}

function toSeen({ kind, maxLength, options, createable, updateable, required, unique }: FieldDescription): SeenField {
  return {
    ...{ kind, createable, updateable, required, unique },
    ...(maxLength !== undefined && { maxLength }),
    ...(options !== undefined && { options: [...options] }),
  };
}
