/**
 * JRNI's mapping as a file of ours. Each line is tried by itself, as `mapping check --offline` would; one that has no equal
 * stands there as a comment that says why, so that nothing is dropped in silence.
 */
import { stringify } from "yaml";
import type { FieldFile } from "../field-schema.ts";
import { parseMapping } from "../parse.ts";
import { MappingFileError } from "../problems.ts";
import { type Converted, convert } from "./liquid.ts";
import { type JrniObject, type JrniPart, readJrni } from "./read.ts";

interface SectionKind {
  readonly name: string;
  readonly per: "person" | "booking";
  readonly object: string;
  readonly id: string;
  /** Where JRNI names no unique field that we can use. */
  readonly idField: string;
}

const KINDS: Readonly<Record<Exclude<JrniPart, "event">, SectionKind>> = {
  client: { name: "contact", per: "person", object: "Contact", id: "client.id", idField: "BB_Id__c" },
  booking: { name: "appointment", per: "booking", object: "Event", id: "booking.id", idField: "BB_Booking_Id__c" },
};

const HEAD = `# yaml-language-server: $schema=./mapping.schema.json
#
# Made of the mapping of JRNI's Salesforce connector. A line that has no equal is a comment, with the reason above it.
# JRNI's connector gives a record to the user with the staff's e-mail: docs/mappings.md, "Who looks after it", says how
# that is done here. What it writes in both directions goes from BookingBug to the CRM alone.
`;

/** @throws NoJrniMappingError */
export function importJrni(text: string, crm: string): string {
  const { parts, unknown } = readJrni(text);
  const { client, booking, event } = parts;
  const sections = [
    ...(client === undefined ? [] : sectionOf(client, KINDS.client, [])),
    ...(booking === undefined ? [] : sectionOf(booking, KINDS.booking, linkOf(client, booking))),
  ];
  const rest = [...leftOver("JRNI's events are no bookings, and get no record of their own here", eventLines(event))];
  const alone =
    booking === undefined && client?.relationship !== undefined ? { relationship: client.relationship } : {};
  const others = leftOver("not known what this is", Object.entries({ ...unknown, ...alone }).map(shown));
  const objects =
    sections.length === 0 ? ["objects: {}"] : ["objects:", ...sections.map((line) => `  ${line}`.trimEnd())];
  return `${[`${HEAD}crm: ${crm}`, "", ...objects, ...rest, ...others].join("\n")}\n`;
}

/** The section's lines, without the blanks before them. */
function sectionOf(part: JrniObject, kind: SectionKind, links: readonly string[]): string[] {
  const { idField, note, isTheirs } = identityOf(part, kind);
  const object = part.object || kind.object;
  const entries = Object.entries(part.fields).filter(([name]) => !(isTheirs && name === idField));
  const lines = entries.map(([name, value]) => fieldLines(name, value, kind));
  const matches = kind.per === "person" && lines.some(([first = ""]) => /^Email:/.test(first));
  const fields = lines.flat();
  return [
    `${kind.name}:`,
    `  object: ${scalar(object)}`,
    `  per: ${kind.per}`,
    ...note.map((line) => `  # ${line}`),
    `  external_id: { ${scalar(idField)}: ${kind.id} }`,
    ...(matches
      ? ["  # Not JRNI's: without it, somebody whom it has not met before is made a second time.", "  match: [Email]"]
      : []),
    ...links.map((line) => `  ${line}`),
    ...(lines.some((own) => own.some((line) => !line.startsWith("#"))) ? ["  fields:"] : ["  fields: {}"]),
    ...fields.map((line) => `    ${line}`),
  ];
}

function identityOf(
  { unique, fields }: JrniObject,
  { id, idField, per }: SectionKind,
): { readonly idField: string; readonly note: readonly string[]; readonly isTheirs: boolean } {
  if (unique === undefined) {
    const own = Object.entries(fields).find(([, value]) => isId(value, id));
    if (own !== undefined) return { idField: own[0], note: [], isTheirs: true };
    return {
      idField,
      note: [`JRNI's unique field is not in the file; \`crm-sync provision\` makes ${idField}.`],
      isTheirs: false,
    };
  }
  const value = fields[unique];
  if (value === undefined || isId(value, id)) return { idField: unique, note: [], isTheirs: true };
  const what = per === "person" ? "the person's" : "the booking's";
  const note = `JRNI's unique field ${unique} is ${JSON.stringify(value)}; here it is ${what} id, in a field that \`crm-sync provision\` makes.`;
  return { idField, note: [note], isTheirs: false };
}

function isId(value: unknown, id: string): boolean {
  const converted = convert(value);
  return converted.kind === "same" && String(converted.value).startsWith(id);
}

function linkOf(client: JrniObject | undefined, { relationship }: JrniObject): string[] {
  const key = client?.relationship;
  const own =
    relationship === undefined
      ? []
      : [`# No equal: JRNI's relationship key of bookings, ${JSON.stringify(relationship)}`];
  return key === undefined ? own : [`links: { ${KINDS.client.name}: ${scalar(key)} }`, ...own];
}

function fieldLines(name: string, value: unknown, kind: SectionKind): string[] {
  const converted = tried(name, convert(value), kind);
  if (converted.kind === "none") return [`# No equal: ${oneLine(converted.why)}`, `# ${shown([name, value])}`];
  const line = `${scalar(name)}: ${flow(converted.value)}`;
  return converted.note === undefined
    ? [line]
    : [line, `#   ^ ${oneLine(converted.note)}; JRNI has ${JSON.stringify(value)}`];
}

/** As the check would judge the line by itself. */
function tried(
  name: string,
  converted: Converted,
  { name: section, per, object, id, idField }: SectionKind,
): Converted {
  if (converted.kind === "none") return converted;
  if (name === "OwnerId")
    return {
      kind: "none",
      why: "Salesforce takes the user's id; docs/cookbook.md has a section that finds it by e-mail",
    };
  const fields = { [name]: converted.value };
  const file = { crm: "salesforce", objects: { [section]: { object, per, external_id: { [idField]: id }, fields } } };
  try {
    parseMapping(stringify(file), "import");
    return converted;
  } catch (error) {
    if (!(error instanceof MappingFileError)) throw error;
    return { kind: "none", why: error.problems.map(({ message }) => message).join("; ") };
  }
}

function flow(value: FieldFile): string {
  if (typeof value !== "object") return scalar(value);
  const entries = Object.entries(value).map(([key, own]) => `${key}: ${JSON.stringify(own)}`);
  return `{ ${entries.join(", ")} }`;
}

/** On one line, whatever is in it. */
function scalar(value: string | number | boolean): string {
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return plain.includes("\n") ? JSON.stringify(value) : plain;
}

function shown([name, value]: readonly [string, unknown]): string {
  return `${scalar(name)}: ${SECRET.test(name) ? "(not shown)" : JSON.stringify(value)}`;
}

/** What may stand beside the templates in what was copied, and belongs into no repository. */
const SECRET = /secret|password|token|credential|api.?key/i;

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

function eventLines(event: JrniObject | undefined): string[] {
  if (event === undefined) return [];
  const { object, unique, relationship, fields } = event;
  const named = { object, unique, relationship };
  const own = Object.entries(named).filter(([, value]) => value !== undefined);
  return [...own, ...Object.entries(fields)].map(shown);
}

function leftOver(why: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `# No equal: ${why}.`, ...lines.map((line) => `# ${line}`)];
}
