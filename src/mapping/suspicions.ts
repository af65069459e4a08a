/** What works, and is seldom what was meant: `mapping check` says it, and nothing is refused for it. */
import type { ObjectDescription } from "../../connectors/connector.ts";
import type { FieldRule, Mapping, Section } from "./mapping.ts";
import { type MappingProblem, problemAtKey } from "./problems.ts";

export type Described = ReadonlyMap<string, ObjectDescription | { readonly refusal: string }>;

/** @param objects what the CRM says of them; empty where it was not asked */
export function suspicions(mapping: Mapping, objects: Described): MappingProblem[] {
  const { sections, lines } = mapping;
  if (sections.length === 0) return [writesNothing(mapping)];
  return sections.flatMap((section) => {
    const description = objects.get(section.object);
    const known = description === undefined || "refusal" in description ? undefined : description;
    return [...section.fields, ...Object.values(section.on).flat()].flatMap((rule) => {
      const message = inUtc(rule) ?? writtenTwice(rule, section) ?? inPennies(rule, known);
      const { file, line, column } = rule.value.source;
      return message === undefined ? [] : [{ file, line, column, message, excerpt: lines[line - 1] ?? "" }];
    });
  });
}

/** Which is how to keep some companies out, and what is left where all sections were taken out to try something. */
function writesNothing(mapping: Mapping): MappingProblem {
  const { crm, companies } = mapping;
  const whose = companies.length === 0 ? "every other company" : `company ${companies.join(", ")}`;
  const message = `no section writes anything: bookings of ${whose} do not get to ${crm}; add one, unless that is meant`;
  return problemAtKey(mapping, "objects", message);
}

const PENNIES = /\b(booking\.(?:price|paid|due_now)|purchase\.(?:total_price|price|paid|deposit|due_now))\b/;

function inPennies({ field, value }: FieldRule, description: ObjectDescription | undefined): string | undefined {
  if ("constant" in value || description?.fields.get(field)?.kind !== "number") return undefined;
  const { expression } = value.source;
  const [path] = PENNIES.exec(expression) ?? [];
  if (path === undefined || /\|\s*(?:money|divided_by)\b/.test(expression)) return undefined;
  return `\`${path}\` is in pennies, and \`${field}\` would say 1500 for 15 pounds; add \`| money\``;
}

/** Liquid's own way to show a time knows nothing of where the booking is. */
function inUtc({ value: { source } }: FieldRule): string | undefined {
  const [, path] = /\b(booking\.\w{1,60}|change\.\w{1,60})\s*\|\s*date:/.exec(source.expression) ?? [];
  if (path === undefined) return undefined;
  return `\`date\` shows the time in UTC; \`${path} | in_zone: booking.time_zone, "d LLL yyyy HH:mm"\` shows it where the booking is`;
}

function writtenTwice({ field }: FieldRule, { identity, links }: Section): string | undefined {
  if (field === identity.field) return `\`${field}\` is written as the \`external_id\` already; take it out of here`;
  const link = links.find(({ via }) => via === field);
  return link && `\`${field}\` holds the link to \`${link.to}\` already; take it out of here`;
}
