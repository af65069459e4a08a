/**
 * "State and Country/Territory Picklists": each address has a field of codes beside each of names, and what is in neither list
 * is refused. A small part of the lists that an org starts with; most of its countries have no states.
 */
import { isBlank, type Values } from "../table.ts";
import type { Field, Fields, RowError } from "./schema.ts";

interface Country {
  readonly name: string;
  /** By code. */
  readonly states: Readonly<Record<string, string>>;
}

const COUNTRIES: Readonly<Record<string, Country>> = {
  CA: { name: "Canada", states: { ON: "Ontario", QC: "Quebec" } },
  FR: { name: "France", states: {} },
  GB: { name: "United Kingdom", states: {} },
  US: { name: "United States", states: { CA: "California", NY: "New York" } },
};

const COUNTRY_NAMES = Object.fromEntries(Object.entries(COUNTRIES).map(([code, { name }]) => [code, name]));
const STATE_NAMES = Object.assign({}, ...Object.values(COUNTRIES).map(({ states }) => states)) as typeof COUNTRY_NAMES;

const codes = (names: Readonly<Record<string, string>>): Field => ({
  type: { type: "picklist", values: Object.keys(names), labels: Object.values(names), restricted: true, codes: true },
});

/** Switches them on. */
export function addPicklists(schema: Record<string, Fields>): void {
  for (const fields of Object.values(schema)) {
    for (const prefix of prefixesOf(fields, "Country")) {
      fields[`${prefix}CountryCode`] = codes(COUNTRY_NAMES);
      fields[`${prefix}StateCode`] = codes(STATE_NAMES);
    }
  }
}

/** @param values what is written; @param merged with what the record has. @returns what is wrong with its addresses */
export function checkAddresses(fields: Fields, values: Values, merged: Values): RowError | undefined {
  for (const prefix of prefixesOf(fields, "CountryCode")) {
    const error = checkAddress(prefix, values, merged);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** What is written with its code or its name beside it, whichever was not given. */
export function inStep(fields: Fields, values: Values): Values {
  const more: Record<string, unknown> = {};
  for (const prefix of prefixesOf(fields, "CountryCode")) {
    for (const [field, names] of [
      [`${prefix}Country`, COUNTRY_NAMES],
      [`${prefix}State`, STATE_NAMES],
    ] as const) {
      const [name, code] = [values[field], values[`${field}Code`]];
      if (!isBlank(code)) more[field] = names[String(code)];
      else if (!isBlank(name)) more[`${field}Code`] = codeOf(names, name);
      else if (name === null || code === null) Object.assign(more, { [field]: null, [`${field}Code`]: null });
    }
  }
  return { ...values, ...more };
}

function checkAddress(prefix: string, values: Values, merged: Values): RowError | undefined {
  const written = (field: string): boolean => !isBlank(values[field]);
  for (const field of [`${prefix}CountryCode`, `${prefix}Country`].filter(written)) {
    if (countryOf(field, values[field]) === undefined) return unknown(field, "country", "country/territory");
  }
  const [country] = [`${prefix}CountryCode`, `${prefix}Country`].flatMap((field) => {
    const value = values[field] ?? merged[field];
    return isBlank(value) ? [] : [countryOf(field, value)];
  });
  for (const field of [`${prefix}StateCode`, `${prefix}State`].filter(written)) {
    if (country === undefined) return withoutCountry(field);
    const { states } = country;
    const known = field.endsWith("Code") ? Object.keys(states) : Object.values(states);
    if (!known.includes(String(values[field]))) return unknown(field, "state", "state/province");
  }
  return undefined;
}

function countryOf(field: string, value: unknown): Country | undefined {
  const code = field.endsWith("Code") ? String(value) : codeOf(COUNTRY_NAMES, value);
  return code === undefined ? undefined : COUNTRIES[code];
}

function codeOf(names: Readonly<Record<string, string>>, name: unknown): string | undefined {
  return Object.entries(names).find(([, one]) => one === name)?.[0];
}

function unknown(field: string, kind: string, list: string): RowError {
  const message = `There's a problem with this ${kind}, even though it may appear correct. Please select a ${list} from the list of valid ${kind === "country" ? "countries" : "states"}.: ${labelOf(field)}`;
  return { code: "FIELD_INTEGRITY_EXCEPTION", message, fields: [field] };
}

function withoutCountry(field: string): RowError {
  const message = `A country/territory must be specified before specifying a state value for field: ${labelOf(field)}`;
  return { code: "FIELD_INTEGRITY_EXCEPTION", message, fields: [field] };
}

/** `MailingCountry` is labelled "Mailing Country". */
function labelOf(field: string): string {
  return field.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}

/** Of the addresses that have such a field: `Mailing`, or nothing. */
function prefixesOf(fields: Fields, end: string): string[] {
  return Object.keys(fields).flatMap((name) => (name.endsWith(end) ? [name.slice(0, -end.length)] : []));
}
