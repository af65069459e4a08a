/** The filters that mappings may use beside Liquid's own. */
import type { FilterImplOptions, Liquid } from "liquidjs";
import { answer, answersText } from "./answers.ts";
import { e164, familyName, givenNames, phone } from "./people.ts";
import { clean, hash, isBlank, isNothing, joinFilled, toNumber, toText, truncateTo, truthy } from "./text.ts";
import { dateIn, inZone, type MinorUnits, money, since, utc } from "./time.ts";

export type Scalar = string | number | boolean;
export type Tables = Readonly<Record<string, Readonly<Record<string, Scalar>>>>;

export interface FilterSettings {
  readonly tables: Tables;
  readonly currency: string | undefined;
  readonly country: string | undefined;
  readonly minorUnits: MinorUnits;
}

/** Registers our filters; the file's tables and defaults are theirs to use. */
export function registerFilters(liquid: Liquid, settings: FilterSettings): void {
  for (const [name, filter] of Object.entries(filtersFor(settings))) liquid.registerFilter(name, metered(filter));
  liquid.registerFilter("map", filledOf(liquid.filters.map));
  for (const name of OF_A_NUMBER) liquid.registerFilter(name, ofANumber(liquid.filters[name]));
}

/** Liquid takes a blank for 0 here, which would be written over what the CRM holds. */
const OF_A_NUMBER = ["abs", "ceil", "divided_by", "floor", "modulo", "round", "times"] as const;

function ofANumber(filter: FilterImplOptions | undefined): Filter {
  return function (value, ...args) {
    if (typeof filter !== "function" || toNumber(value) === undefined) return undefined;
    return filter.call(this, value, ...args);
  };
}

/** Liquid keeps a place for what an entry does not have, which `join` would put a separator before. */
function filledOf(map: FilterImplOptions | undefined): FilterImplOptions {
  return function* (this: FilterImpl, value: unknown, ...args: unknown[]): Generator<unknown, unknown, unknown> {
    if (typeof map !== "function") return undefined;
    const found = yield map.call(this, value, ...args);
    return Array.isArray(found) ? found.filter((one) => !isBlank(one)) : found;
  };
}

type Filter = (this: FilterImpl, value: unknown, ...args: unknown[]) => unknown;
type FilterImpl = ThisParameterType<Extract<FilterImplOptions, (...args: never[]) => unknown>>;

function filtersFor(settings: FilterSettings): Readonly<Record<string, Filter>> {
  return {
    clean,
    given_names: givenNames,
    family_name: familyName,
    e164: (value, prefix, country) => e164(value, prefix, textOr(country, settings.country)),
    phone: (value, format, prefix, country) => phone(value, format, prefix, textOr(country, settings.country)),
    money: (value, currency) => money(value, currency, settings),
    in_zone: (value, zone, ...more) => inZone(value, zone, positional(more)[0], named(more, "locale")),
    date_in: dateIn,
    since,
    utc,
    answer(answers, question, ...more) {
      const staff = named(more, "admin") === true ? this.context.environments.staff_answers : undefined;
      return answer(answers, question, staff);
    },
    answers_text: answersText,
    truthy,
    // Liquid's own takes a no for blank.
    default: (value, otherwise) => (isBlank(value) ? otherwise : value),
    join_filled: joinFilled,
    truncate_to: truncateTo,
    hash,
    to_number: toNumber,
    to_text: toText,
    lookup: (value, table, otherwise) => lookup(settings.tables, value, table, otherwise),
  };
}

/** Counts what a filter makes, as Liquid does for its own, so that no mapping can grow a text without bounds. */
function metered(filter: Filter): Filter {
  return function (value, ...args) {
    const result = filter.call(this, value, ...args);
    if (typeof result === "string") this.context.memoryLimit.use(result.length);
    return result;
  };
}

function textOr(value: unknown, otherwise: string | undefined): string | undefined {
  return typeof value === "string" ? value : otherwise;
}

/** LiquidJS hands named arguments over as `[name, value]` pairs. */
function named(args: readonly unknown[], name: string): unknown {
  const found = args.find((arg) => Array.isArray(arg) && arg[0] === name);
  return Array.isArray(found) ? found[1] : undefined;
}

function positional(args: readonly unknown[]): unknown[] {
  return args.filter((arg) => !Array.isArray(arg));
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
