/** The filters that mappings may use beside Liquid's own. */
import type { Liquid } from "liquidjs";
import { answer, answersText } from "./answers.ts";
import { e164, familyName, givenNames } from "./people.ts";
import { clean, hash, isNothing, joinFilled, toNumber, toText, truncateTo, truthy } from "./text.ts";
import { dateIn, inZone, money, utc } from "./time.ts";

export type Scalar = string | number | boolean;
export type Tables = Readonly<Record<string, Readonly<Record<string, Scalar>>>>;

export interface FilterSettings {
  readonly tables: Tables;
  readonly currency: string | undefined;
  readonly country: string | undefined;
}

/** Registers our filters; the file's tables and defaults are theirs to use. */
export function registerFilters(liquid: Liquid, settings: FilterSettings): void {
  liquid.registerFilter("clean", clean);
  liquid.registerFilter("given_names", givenNames);
  liquid.registerFilter("family_name", familyName);
  liquid.registerFilter("e164", (value, prefix, country) => e164(value, prefix, country ?? settings.country));
  liquid.registerFilter("money", (value, currency) => money(value, currency, settings.currency));
  liquid.registerFilter("in_zone", inZone);
  liquid.registerFilter("date_in", dateIn);
  liquid.registerFilter("utc", utc);
  liquid.registerFilter("answer", (answers, question, ...named) => answer(answers, question, isNamed(named, "admin")));
  liquid.registerFilter("answers_text", answersText);
  liquid.registerFilter("truthy", truthy);
  liquid.registerFilter("join_filled", joinFilled);
  liquid.registerFilter("truncate_to", truncateTo);
  liquid.registerFilter("hash", hash);
  liquid.registerFilter("to_number", toNumber);
  liquid.registerFilter("to_text", toText);
  liquid.registerFilter("lookup", (value, table, otherwise) => lookup(settings.tables, value, table, otherwise));
}

/** LiquidJS hands named arguments over as `[name, value]` pairs. */
function isNamed(args: readonly unknown[], name: string): boolean {
  return args.some((arg) => Array.isArray(arg) && arg[0] === name && arg[1] === true);
}

function lookup(tables: Tables, value: unknown, name: unknown, otherwise: unknown): unknown {
  const table = tables[String(name)];
  if (table === undefined) throw new Error(`no table named "${String(name)}" under \`tables:\``);
  const found = isNothing(value) ? undefined : ownValue(table, String(value));
  return found ?? otherwise;
}

function ownValue(table: Readonly<Record<string, Scalar>>, key: string): Scalar | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
