/** Compiles the sections of a mapping file, collecting what is wrong instead of stopping at the first. */
import { type Compiler, isTemplate, MAX_EXPRESSION, ROOTS } from "./expression.ts";
import type { FieldFile, MappingFile, SectionFile } from "./file-schema.ts";
import type { ChangeName, Expression, FieldRule, LinkRule, Section } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";
import { type MappingProblem, nearest } from "./problems.ts";
import { UNKNOWN } from "./value-facts.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

interface Compilation {
  /** Of all sections, also of those that are not in order. */
  readonly names: readonly string[];
  readonly compiler: Compiler;
  readonly source: YamlSource;
  readonly problems: MappingProblem[];
}

/** @param names of all the file's sections, when some are so far from being in order that they are left out */
export function compileSections(
  objects: MappingFile["objects"],
  compiler: Compiler,
  source: YamlSource,
  names: readonly string[] = Object.keys(objects),
): { sections: Section[]; problems: MappingProblem[] } {
  const compilation: Compilation = { names, compiler, source, problems: [] };
  const sections = Object.entries(objects).map(([name, file]) => compileSection(compilation, objects, name, file));
  checkTwins(compilation, sections);
  // A link that is wrong by itself need not be said to make a circle as well.
  const ordered = compilation.problems.length === 0 ? inDependencyOrder(compilation, sections) : sections;
  return { sections: ordered, problems: compilation.problems };
}

function compileSection(
  compilation: Compilation,
  objects: MappingFile["objects"],
  name: string,
  file: SectionFile,
): Section {
  const path = ["objects", name];
  const [identityField, identityValue] = Object.entries(file.external_id)[0] ?? ["", ""];
  const perBooking = file.per === "booking";
  const on: Partial<Record<ChangeName, FieldRule[]>> = {};
  for (const [change, fields] of Object.entries(file.on ?? {})) {
    if (fields === undefined) continue;
    on[change as ChangeName] = compileFields(compilation, fields, [...path, "on", change], perBooking);
  }
  if (file.on !== undefined && !perBooking) {
    compilation.problems.push(
      compilation.source.problem(
        [...path, "on"],
        "`on` is for sections with `per: booking`; only a booking is rescheduled or cancelled",
      ),
    );
  }
  const fields = compileFields(compilation, file.fields, [...path, "fields"], perBooking);
  checkMatch(compilation, file, path);
  return {
    name,
    source: sourceOf(compilation, file.object, [...path, "object"]),
    object: file.object,
    per: file.per,
    companies: (file.companies ?? []).map(String),
    identity: {
      field: identityField,
      value: compileText(compilation, identityValue, [...path, "external_id", identityField], perBooking),
    },
    match: file.match ?? [],
    several: file.several ?? "hold",
    deleted: file.deleted ?? "recreate",
    when: file.when === undefined ? undefined : compileText(compilation, file.when, [...path, "when"], perBooking),
    links: compileLinks(compilation, objects, file, path),
    fields,
    on,
  };
}

/** Two sections without conditions that would write the same records, and undo each other's work. */
function checkTwins({ source, problems }: Compilation, sections: readonly Section[]): void {
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

function checkMatch(compilation: Compilation, file: SectionFile, path: Path): void {
  for (const [index, field] of (file.match ?? []).entries()) {
    if (Object.hasOwn(file.fields, field)) continue;
    const message = `\`match\` names ${field}, which is not among the section's fields; map it, or take it out of \`match\``;
    compilation.problems.push(compilation.source.problem([...path, "match", index], message));
  }
}

function compileLinks(
  compilation: Compilation,
  objects: MappingFile["objects"],
  file: SectionFile,
  path: Path,
): LinkRule[] {
  return Object.entries(file.links ?? {}).map(([to, via]) => {
    const target = objects[to];
    const linkPath = [...path, "links", to];
    if (target === undefined && !compilation.names.includes(to)) {
      const near = nearest(to, compilation.names);
      const hint =
        near.length > 0 ? `did you mean \`${near[0]}\`?` : `the sections are ${compilation.names.join(", ")}`;
      compilation.problems.push(compilation.source.problem(linkPath, `no section is named \`${to}\`; ${hint}`));
    } else if (target?.per === "booking" && file.per !== "booking") {
      const message = `a record per ${file.per} cannot point to a booking; let the booking point to it`;
      compilation.problems.push(compilation.source.problem(linkPath, message));
    }
    const source = sourceOf(compilation, String(via), linkPath);
    return { to, via: String(via), perBooking: target?.per === "booking", source };
  });
}

function compileFields(
  compilation: Compilation,
  fields: Readonly<Record<string, FieldFile>>,
  path: Path,
  perBooking: boolean,
): FieldRule[] {
  return Object.entries(fields).map(([field, file]) =>
    compileField(compilation, field, file, [...path, field], perBooking),
  );
}

function compileField(
  compilation: Compilation,
  field: string,
  file: FieldFile,
  path: Path,
  perBooking: boolean,
): FieldRule {
  const detailed = typeof file === "object" ? file : { value: file };
  const { value, constant, otherwise } = detailed;
  if ((value === undefined) === (constant === undefined)) {
    compilation.problems.push(compilation.source.problem(path, `\`${field}\` needs either \`value\` or \`constant\``));
  }
  const inner = (key: string): Path => (typeof file === "object" ? [...path, key] : path);
  return {
    field,
    createAs: detailed.create_as ?? {},
    value:
      constant !== undefined || typeof value !== "string"
        ? {
            constant: constant ?? value ?? null,
            source: sourceOf(compilation, String(constant ?? value), inner("constant")),
          }
        : compileText(compilation, value, inner("value"), perBooking),
    otherwise:
      otherwise === undefined ? undefined : compileText(compilation, otherwise, inner("otherwise"), perBooking),
    write: detailed.write ?? "always",
    clearWhenBlank: detailed.blank === "clear",
  };
}

function compileText(compilation: Compilation, text: string, path: Path, perBooking: boolean): Expression {
  const source = sourceOf(compilation, text, path);
  try {
    checkRoots(compilation, text, path, perBooking);
    checkTables(compilation, text, path);
    const { compiler } = compilation;
    return { source, evaluate: compiler.compile(text), facts: compiler.facts(text) };
  } catch (error) {
    compilation.problems.push(compilation.source.problem(path, explain(error, text, compilation.compiler)));
    return { source, evaluate: () => undefined, facts: UNKNOWN };
  }
}

function checkRoots(compilation: Compilation, text: string, path: Path, perBooking: boolean): void {
  const bookingOnly = ["booking", "change"];
  for (const root of compilation.compiler.roots(text)) {
    const known: readonly string[] = perBooking ? ROOTS : ROOTS.filter((name) => !bookingOnly.includes(name));
    if (known.includes(root)) continue;
    const message = bookingOnly.includes(root)
      ? `\`${root}\` can only be used in sections with \`per: booking\``
      : `nothing is named \`${root}\`; expected ${known.join(", ")}, or a fixed text as { constant: "…" }`;
    compilation.problems.push(compilation.source.problem(path, message));
  }
}

function checkTables({ compiler, source, problems }: Compilation, text: string, path: Path): void {
  for (const [, , name = ""] of text.matchAll(/\|\s*lookup:\s*(["'])(.*?)\1/g)) {
    if (compiler.tables.includes(name)) continue;
    const [near] = nearest(name, compiler.tables);
    const hint = near === undefined ? "; write it under `tables`" : `; did you mean \`${near}\`?`;
    problems.push(source.problem(path, `no table is named \`${name}\`${hint}`));
  }
}

/** Liquid's message without its own idea of line and column, which is that of the expression alone. */
function explain(error: unknown, text: string, compiler: Compiler): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.split("\n")[0]?.replace(/,? *(file:.*)?line:\d+, col:\d+$/, "") ?? message;
  const kind = isTemplate(text) ? "text template" : "expression";
  if (/call stack/i.test(message)) return `the ${kind} is nested too deeply`;
  if (/parse length limit/.test(message)) return `the ${kind} is longer than ${MAX_EXPRESSION} characters`;
  const filter = /undefined filter: (\S+)/.exec(reason)?.[1];
  if (filter !== undefined) return `no filter is named \`${filter}\`${hintFor(filter, compiler.filters)}`;
  const tag = /tag "?([\w-]+)"? not found/.exec(reason)?.[1];
  if (tag !== undefined) return `the tag \`{% ${tag} %}\` cannot be used in a mapping`;
  return `not a valid ${kind}: ${reason}`;
}

function hintFor(filter: string, known: readonly string[]): string {
  const [near] = nearest(filter, known);
  return near === undefined ? " (docs/mappings.md lists the filters)" : `; did you mean \`${near}\`?`;
}

function sourceOf(compilation: Compilation, expression: string, path: Path): SourceRef {
  const { line, column } = compilation.source.place(path);
  return { file: compilation.source.file, line, column, expression };
}

function inDependencyOrder(compilation: Compilation, sections: readonly Section[]): Section[] {
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
    for (const link of section.links) {
      const target = sections.find((candidate) => candidate.name === link.to);
      if (target !== undefined) visit(target);
    }
    visiting.delete(section.name);
    if (!ordered.includes(section)) ordered.push(section);
  };
  for (const section of sections) visit(section);
  return ordered;
}
