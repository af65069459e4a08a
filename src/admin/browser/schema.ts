/** Walks the part of JSON Schema that the mapping file's schema is made of. */

export interface Schema {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

/** The schema of an entry: under its own name, or as any other. */
export function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  for (const branch of branchesOf(schema)) {
    const own = branch.properties?.[key];
    if (own !== undefined) return own;
    if (typeof branch.additionalProperties === "object") return branch.additionalProperties;
  }
  return undefined;
}

export function keysOf(schema: Schema | undefined): { name: string; description: string | undefined }[] {
  return branchesOf(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).map(([name, { description }]) => ({ name, description })),
  );
}

export function valuesOf(schema: Schema | undefined): readonly string[] {
  return branchesOf(schema).flatMap((branch) => branch.enum ?? []);
}

function branchesOf(schema: Schema | undefined): readonly Schema[] {
  return schema === undefined ? [] : [schema, ...(schema.anyOf ?? [])];
}
