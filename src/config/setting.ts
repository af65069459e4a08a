/** What a setting is: the environment variable it is read from, what that accepts, and what it is for. */
import type { z } from "zod";
import type { EnvironmentVariable } from "../../connectors/connector.ts";

/** Without a default it is required, or optional where `optional` says so. */
export interface Setting<Value> extends EnvironmentVariable {
  readonly schema: z.ZodType<Value, string | undefined>;
  readonly optional?: true;
  /** Nobody needs to know of what the platform sets by itself. */
  readonly setBy?: "platform";
}

/** By the field that each becomes. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

export type Values<Declared extends Settings> = {
  readonly [Field in keyof Declared]: Declared[Field] extends Setting<infer Value> ? Value : never;
};

type About = Omit<Setting<unknown>, "name" | "schema" | "optional">;

export function setting<Value>(name: string, schema: z.ZodType<Value, string>, about: About): Setting<Value> {
  return { name, schema, ...about };
}

export function optionalSetting<Value>(
  name: string,
  schema: z.ZodType<Value, string>,
  about: Omit<About, "default">,
): Setting<Value | undefined> {
  return { name, schema: schema.optional(), optional: true, ...about };
}
