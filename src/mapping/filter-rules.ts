/** What each filter of ours may be given, and what is said where it is given something else. */
import { IANAZone } from "luxon";
import { isCountry, isCurrency } from "./codes.ts";
import type { Scalar, Tables } from "./filters/index.ts";
import { PHONE_FORMAT_NAMES } from "./filters/people.ts";
import { isLocale, UNIT_NAMES } from "./filters/time.ts";
import { nearest } from "./problems.ts";
import { VALUES } from "./value-facts.ts";

export interface FilterUse {
  readonly name: string;
  /** The path whose value it changes, where that is what stands before it. */
  readonly of: string | undefined;
  /** In their order; undefined where only a booking can tell. */
  readonly args: readonly (Scalar | undefined)[];
  readonly named: ReadonlyMap<string, Scalar | undefined>;
}

interface Rule {
  /** How many arguments it has to have, and can have. */
  readonly count: readonly [least: number, most: number];
  readonly named?: readonly string[];
  readonly example: string;
  /** What is wrong with what it is given. */
  readonly wrong?: (use: FilterUse, tables: Tables) => string | undefined;
}

const RULES: Readonly<Record<string, Rule>> = {
  clean: { count: [0, 0], example: "| clean" },
  given_names: { count: [0, 0], example: "| given_names" },
  family_name: { count: [0, 0], example: "| family_name" },
  answers_text: { count: [0, 0], example: "answers | answers_text", wrong: noAnswers },
  truthy: { count: [0, 0], example: "| truthy" },
  hash: { count: [0, 0], example: "| hash" },
  to_number: { count: [0, 0], example: "| to_number" },
  to_text: { count: [0, 0], example: "| to_text" },
  utc: { count: [0, 0], example: "| utc" },
  e164: {
    count: [0, 2],
    example: "| e164: client.mobile_prefix",
    wrong: ({ args: [, country] }) => noCountry(country),
  },
  phone: {
    count: [1, 3],
    example: '| phone: "national", client.mobile_prefix',
    wrong: ({ args: [format, , country] }) => noneOf("phone", format, PHONE_FORMAT_NAMES) ?? noCountry(country),
  },
  money: { count: [0, 1], example: '| money: "GBP"', wrong: ({ args: [currency] }) => noCurrency(currency) },
  in_zone: {
    count: [0, 2],
    named: ["locale"],
    example: '| in_zone: booking.time_zone, "d LLL yyyy HH:mm", locale: "de"',
    wrong: ({ args: [zone], named }) => noZone(zone) ?? noLocale(named.get("locale")),
  },
  date_in: { count: [1, 1], example: "| date_in: booking.time_zone", wrong: ({ args: [zone] }) => noZone(zone) },
  since: {
    count: [2, 3],
    example: '| since: booking.created_at, "days"',
    wrong: ({ args: [, unit, zone] }) => noneOf("since", unit, UNIT_NAMES) ?? noZone(zone),
  },
  answer: { count: [1, 1], named: ["admin"], example: "answers | answer: 15571", wrong: noAnswers },
  truncate_to: {
    count: [1, 1],
    example: "| truncate_to: 80",
    wrong: ({ args: [length] }) =>
      length === undefined || Number(length) >= 1 ? undefined : "`truncate_to` needs a length of at least 1",
  },
  join_filled: { count: [1, 20], example: '| join_filled: ", ", client.address2, client.postcode' },
  lookup: { count: [1, 2], example: '| lookup: "colour", "grey"', wrong: neverThere },
};

/** Nothing is said of Liquid's own filters. */
export function filterMistakes(uses: readonly FilterUse[], tables: Tables): string[] {
  return uses.flatMap((use) => {
    const rule = RULES[use.name];
    const message = rule && (misshapen(use, rule) ?? rule.wrong?.(use, tables));
    return message === undefined ? [] : [message];
  });
}

function misshapen({ name, args, named }: FilterUse, { count: [least, most], named: known = [], example }: Rule) {
  const like = `; write it as \`${example}\``;
  const unknown = [...named.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) return `\`${name}\` takes no \`${unknown}:\`${like}`;
  if (args.length < least) return `\`${name}\` needs more to go by${like}`;
  if (args.length > most)
    return `\`${name}\` takes ${most === 0 ? "nothing" : `at most ${most}`} after its name${like}`;
  return undefined;
}

function noAnswers({ name, of }: FilterUse): string | undefined {
  if (of === undefined || /(^|[._])(answers|questions|answers_summary)$/.test(of)) return undefined;
  return `\`${name}\` reads the list \`answers\`, not \`${of}\`; write \`answers | ${name}${name === "answer" ? ": 15571" : ""}\``;
}

/** What a table translates, and can never come. */
function neverThere({ of, args: [name] }: FilterUse, tables: Tables): string | undefined {
  const known = VALUES[of ?? ""];
  const table = tables[String(name)];
  if (known === undefined || table === undefined) return undefined;
  const misspelt = Object.keys(table).find((key) => !known.includes(key) && nearest(key, known, 3).length > 0);
  if (misspelt === undefined) return undefined;
  const [near] = nearest(misspelt, known, 3);
  return `the table \`${name}\` has \`${misspelt}\`, which \`${of}\` never is; did you mean \`${near}\`?`;
}

function noneOf(filter: string, given: Scalar | undefined, known: readonly string[]): string | undefined {
  if (given === undefined || known.includes(String(given))) return undefined;
  return `\`${filter}\` does not know "${given}"; it is one of ${known.map((one) => `"${one}"`).join(", ")}`;
}

function noCountry(country: Scalar | undefined): string | undefined {
  if (country === undefined || isCountry(String(country))) return undefined;
  return `there is no country "${country}" in telephone numbers; write its two letters, such as "GB" or "US"`;
}

function noCurrency(currency: Scalar | undefined): string | undefined {
  if (currency === undefined || isCurrency(String(currency))) return undefined;
  return `there is no currency "${currency}"; write its three letters, such as "GBP"`;
}

function noZone(zone: Scalar | undefined): string | undefined {
  if (zone === undefined || IANAZone.isValidZone(String(zone))) return undefined;
  return `there is no time zone "${zone}"; write it as "Europe/London" or "America/New_York"`;
}

function noLocale(locale: Scalar | undefined): string | undefined {
  if (locale === undefined || isLocale(String(locale))) return undefined;
  const [near] = nearest(String(locale), ["de", "fr", "es", "it", "nl", "pt", "en"], 1);
  return `there is no language "${locale}"; write it as "${near ?? "de"}" or "pt-BR"`;
}
