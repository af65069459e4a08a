/** What is wrong with sections that are right one by one: how they recognise, repeat and link to each other. */
import { linkEntries } from "./compile-links.ts";
import type { Compilation } from "./compile-text.ts";
import { ROOTS } from "./expression.ts";
import type { MappingFile } from "./file-schema.ts";
import type { LookUp, Section } from "./mapping.ts";
import { nearest } from "./problems.ts";
import type { SectionFile } from "./section-schema.ts";
import type { Path } from "./yaml-source.ts";

/** Two sections without conditions that would write the same records, and undo each other's work. */
export function checkTwins({ source, problems }: Compilation, sections: readonly Section[]): void {
  const seen = new Map<string, string>();
  for (const { name, object, identity, when, companies } of sections) {
    if (when !== undefined || companies.length > 0) continue;
    const key = `${object}\n${identity.field}\n${identity.value.source.expression}`;
    const twin = seen.get(key);
    seen.set(key, name);
    if (twin === undefined) continue;
    const message = `\`${twin}\` already writes this \`${object}\`; make one section of them, or give them \`when\` or \`companies\``;
    problems.push(source.problem(["objects", name, "external_id"], message));
  }
}

export function checkMatch(compilation: Compilation, file: SectionFile, path: Path): void {
  for (const [index, field] of (file.match ?? []).entries()) {
    const rule = Object.hasOwn(file.fields, field) ? file.fields[field] : undefined;
    if (rule !== undefined) {
      if (typeof rule === "string" || (typeof rule === "object" && rule.constant === undefined)) continue;
      const same = `\`${field}\` is the same for every record here, so that \`match\` would take one for another; take it out of \`match\``;
      compilation.problems.push(compilation.source.problem([...path, "match", index], same));
      continue;
    }
    const message = `\`match\` names ${field}, which is not among the section's fields; map it, or take it out of \`match\``;
    compilation.problems.push(compilation.source.problem([...path, "match", index], message));
  }
}

/** Whose id it is: a person has many purchases, and a booking one start after the other. */
export function checkWhose({ compiler, source, problems }: Compilation, file: SectionFile, path: Path): void {
  const [[field, text] = []] = Object.entries(file.external_id);
  if (field === undefined || text === undefined) return;
  const say = (message: string) => problems.push(source.problem([...path, "external_id", field], message));
  const paths = pathsOf(compiler, text);
  if (paths === undefined) return;
  const roots = OWN[file.per];
  if (!paths.some((one) => roots.some((root) => one.startsWith(`${root}.`)))) {
    const [other = ""] = paths;
    const why = WHY_NOT[`${file.per} ${other.split(".")[0]}`] ?? `nothing in it tells one ${file.per} from another`;
    say(`${why}; use \`${ID_OF[file.per]}\``);
  }
  const changing = paths.find((one) => CHANGING.test(one));
  if (changing !== undefined) {
    say(`\`${changing}\` changes, and the record would be made anew then; use \`${ID_OF[file.per]}\``);
  }
}

/** The paths in it that tell one record from another; none where that is said to be wrong elsewhere. */
export function tellingPaths({ compiler }: Compilation, per: SectionFile["per"], text: string): string[] {
  const roots = OWN[per];
  return (pathsOf(compiler, text) ?? []).filter((one) => roots.some((root) => one.startsWith(`${root}.`)));
}

const CHANGING =
  /^(?:change\.|booking\.(?:datetime|end_datetime|start_at|end_at|status|full_describe)$|(?:client|attendee)\.(?:(?:email|phone|mobile|last_name)$|\w+_(?:booking|count)$))/;
const ID_OF = {
  person: "client.id",
  attendee: "attendee.id",
  company: "company.id",
  purchase: "purchase.id",
  booking: "booking.id",
} as const;

/** What tells the records of a section apart. */
const OWN = {
  person: ["client", "member"],
  attendee: ["attendee"],
  company: ["company"],
  purchase: ["purchase"],
  booking: ["booking"],
} as const;

const WHY_NOT: Readonly<Record<string, string>> = {
  "person purchase": "a person has many purchases, and would be made anew with each",
  "attendee client": "a person may book for several, and they would all be one record",
  "attendee booking": "a booking may have several attendees, and they would all be one record",
  "person company": "a company has many persons, and they would all be one record",
  "booking purchase": "a purchase may have several bookings, and they would all be one record",
  "booking client": "a person has many bookings, and they would all be one record",
  "booking company": "a company has many bookings, and they would all be one record",
};

/** Undefined where it does not compile or names nothing that there is, which is said elsewhere. */
function pathsOf(compiler: Compilation["compiler"], text: string): string[] | undefined {
  try {
    compiler.compile(text);
    const isKnown = compiler.roots(text).every((root) => ROOTS.some((one) => one === root));
    return isKnown ? compiler.paths(text).map((segments) => segments.join(".")) : undefined;
  } catch {
    return undefined;
  }
}

/** What a record is recognised or linked by is never left out of it. */
export function checkNeeded({ source, problems }: Compilation, file: SectionFile, path: Path): void {
  const needed = new Map([
    ...linkEntries(file.links).map(({ via }) => [via, "the record is linked by it"] as const),
    ...(file.match ?? []).map((field) => [field, "`match` recognises the record by it"] as const),
    ...Object.keys(file.external_id).map((field) => [field, "it holds our id"] as const),
  ]);
  const places = [
    { at: [...path, "fields"], fields: file.fields },
    ...Object.entries(file.on ?? {}).map(([state, fields]) => ({ at: [...path, "on", state], fields: fields ?? {} })),
  ];
  for (const { at, fields } of places) {
    for (const [field, rule] of Object.entries(fields)) {
      const why = needed.get(field);
      if (why === undefined || typeof rule !== "object" || rule.refused !== "leave_out") continue;
      problems.push(source.problem([...at, field, "refused"], `\`${field}\` cannot be left out: ${why}`));
    }
  }
}

/** Who is written only where the CRM has them, and who in their place. */
export function checkChoice(
  { source, problems, names }: Compilation,
  objects: MappingFile["objects"],
  file: SectionFile,
  path: Path,
): void {
  if (file.create === "never" && file.per === "booking") {
    problems.push(
      source.problem(
        [...path, "create"],
        "a booking's own record is ours to create; `create: never` is for who and what it is with",
      ),
    );
  }
  if (file.unless === undefined) return;
  const at = [...path, "unless"];
  const other = objects[file.unless];
  if (other === undefined) {
    const [near] = nearest(file.unless, names);
    const hint = near === undefined ? `the sections are ${names.join(", ")}` : `did you mean \`${near}\`?`;
    problems.push(source.problem(at, `no section is named \`${file.unless}\`; ${hint}`));
  } else if ("find" in other || other.create !== "never") {
    problems.push(
      source.problem(at, `\`${file.unless}\` is always there; give it \`create: never\`, so that it may find none`),
    );
  } else if (other.per !== file.per) {
    problems.push(
      source.problem(
        at,
        `\`${file.unless}\` is per ${other.per}, and this is per ${file.per}; one cannot be in place of the other`,
      ),
    );
  }
}

/** What a booking alone has, and what others alone have. */
export function checkStates({ source, problems }: Compilation, file: SectionFile, path: Path): void {
  const perBooking = file.per === "booking";
  if (file.on !== undefined && !perBooking) {
    const message = "`on` is for sections with `per: booking`; only a booking is rescheduled or cancelled";
    problems.push(source.problem([...path, "on"], message));
  }
  if (file.converted === "follow" && perBooking) {
    const message = "`converted: follow` is for records that others link to; a booking's own record is not followed";
    problems.push(source.problem([...path, "converted"], message));
  }
}

/** Each section after those it links to. */
export function inDependencyOrder(
  compilation: Compilation,
  sections: readonly Section[],
  lookUps: readonly LookUp[],
): Section[] {
  const ordered: Section[] = [];
  const visiting = new Set<string>();
  const visit = (section: Section): void => {
    if (ordered.includes(section)) return;
    if (visiting.has(section.name)) {
      const message = `\`${section.name}\` links to itself in a circle; a record needs something that exists before it`;
      compilation.problems.push(compilation.source.problem(["objects", section.name, "links"], message));
      return;
    }
    visiting.add(section.name);
    const before = sections.find(({ name }) => name === section.unless);
    if (before !== undefined) visit(before);
    for (const link of section.links) {
      // What is found by a record comes after that record.
      const name = lookUps.find((one) => one.name === link.to)?.by?.to ?? link.to;
      const target = sections.find((candidate) => candidate.name === name);
      if (target !== undefined) visit(target);
    }
    visiting.delete(section.name);
    if (!ordered.includes(section)) ordered.push(section);
  };
  for (const section of sections) visit(section);
  return ordered;
}
