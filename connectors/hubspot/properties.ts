/** An object type's properties, read only when something needs to know them, and for many refusals at one time once. */
import { z } from "zod";
import type { FieldDescription, FieldKind, ObjectDescription } from "../connector.ts";
import { CrmError, MisconfiguredError, NotFoundError, RejectedError, UnavailableError } from "../errors.ts";
import type { HubspotHttp } from "./http.ts";
import { OWNERS } from "./owners.ts";
import type { Paths } from "./paths.ts";

const propertiesAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      name: z.string(),
      type: z.string(),
      label: z.string().optional(),
      hasUniqueValue: z.boolean().optional(),
      calculated: z.boolean().optional(),
      archived: z.boolean().optional(),
      referencedObjectType: z.string().nullish(),
      externalOptions: z.boolean().optional(),
      options: z.array(z.looseObject({ value: z.string(), hidden: z.boolean().optional() })).optional(),
      modificationMetadata: z.looseObject({ readOnlyValue: z.boolean().optional() }).optional(),
    }),
  ),
});
type RawProperty = z.infer<typeof propertiesAnswer>["results"][number];

const KINDS: Readonly<Record<string, FieldKind>> = {
  string: "string",
  phone_number: "string",
  number: "number",
  bool: "boolean",
  enumeration: "enum",
  date: "date",
  datetime: "datetime",
};
const MAX_TEXT = 65_536;
/** Milliseconds: somebody may make a property anew. */
const KNOWN_MS = 60_000;

/** Properties by which HubSpot itself keeps records apart, although `hasUniqueValue` does not say so. */
const BUILT_IN_UNIQUE = new Set(["email", "hs_object_id"]);

export interface Properties {
  describe(object: string): Promise<ObjectDescription>;
  /** False when HubSpot says that records cannot be looked up and upserted by this property. */
  mayBeUnique(object: string, property: string): Promise<boolean>;
}

export function createProperties(http: HubspotHttp, paths: Paths): Properties {
  const known = new Map<string, { readonly reading: Promise<ObjectDescription>; readonly until: number }>();

  /** Where the dated path is not known, the legacy one is: the properties API was dated later than the objects API. */
  async function ask(object: string, [path, ...others]: readonly string[]): Promise<unknown> {
    try {
      return (await http.send({ method: "GET", path: path ?? "", operation: "describe", object })).body;
    } catch (error) {
      if (!isUnknownPath(error)) throw error;
      if (others.length > 0) return await ask(object, others);
      const message = `HubSpot has no object \`${object}\`, or it is not activated: ${error.message}`;
      throw new MisconfiguredError(message, { object, cause: error });
    }
  }

  async function read(object: string): Promise<ObjectDescription> {
    const body = await ask(object, paths.properties(object));
    const parsed = propertiesAnswer.safeParse(body);
    if (!parsed.success) throw new UnavailableError("HubSpot's list of properties cannot be read.", { object });
    const live = parsed.data.results.filter((property) => property.archived !== true);
    const fields = new Map(live.map((property) => [property.name, toField(property)]));
    return { name: object, fields, findsByLinks: true };
  }

  function cached(object: string): Promise<ObjectDescription> {
    const existing = known.get(object);
    if (existing !== undefined && existing.until > Date.now()) return existing.reading;
    const reading = read(object);
    known.set(object, { reading, until: Date.now() + KNOWN_MS });
    reading.catch(() => known.delete(object));
    return reading;
  }

  return {
    describe: read,
    async mayBeUnique(object, property) {
      try {
        return (await cached(object)).fields.get(property)?.unique ?? false;
      } catch (error) {
        // An app may lack the scope to read properties; then nothing speaks against it.
        if (error instanceof MisconfiguredError) return true;
        throw error;
      }
    },
  };
}

/** The path or the object; a missing scope (403) says nothing of either. */
export function isUnknownPath(error: unknown): error is CrmError {
  const kinds = [NotFoundError, RejectedError, MisconfiguredError];
  return error instanceof CrmError && error.status !== 403 && kinds.some((kind) => error instanceof kind);
}

function toField(raw: RawProperty): FieldDescription {
  const kind = KINDS[raw.type] ?? "other";
  const writable = raw.modificationMetadata?.readOnlyValue !== true && raw.calculated !== true;
  const binding = kind === "enum" && raw.externalOptions !== true && (raw.options?.length ?? 0) > 0;
  return {
    name: raw.name,
    label: raw.label ?? raw.name,
    kind,
    ...(kind === "string" && { maxLength: MAX_TEXT }),
    ...(binding && { options: (raw.options ?? []).map((option) => option.value) }),
    ...(isOwner(raw) && { refersTo: [OWNERS] }),
    createable: writable,
    updateable: writable,
    required: false,
    unique: raw.hasUniqueValue === true || BUILT_IN_UNIQUE.has(raw.name),
  };
}

function isOwner({ name, referencedObjectType }: RawProperty): boolean {
  return referencedObjectType === "OWNER" || name === "hubspot_owner_id";
}
