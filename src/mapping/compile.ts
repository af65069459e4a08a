/** Compiles a mapping file, collecting what is wrong instead of stopping at the first. */
import { type Compilation, compileCondition, compileText, sourceOf } from "./compile-text.ts";
import type { Compiler } from "./expression.ts";
import type { FieldFile, MappingFile, SectionFile } from "./file-schema.ts";
import type { ChangeName, Expression, FieldRule, LinkRule, Section } from "./mapping.ts";
import { type MappingProblem, nearest } from "./problems.ts";
import { checkMatch, checkNeeded, checkTwins, checkWhose, inDependencyOrder } from "./section-checks.ts";
import { isPath } from "./slips.ts";
import { checkSteps, compileWriting } from "./writing.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** @param names of all the file's sections, when some are so far from being in order that they are left out */
export function compileFile(
  { objects, when, defaults }: Pick<MappingFile, "objects" | "when" | "defaults">,
  compiler: Compiler,
  source: YamlSource,
  names: readonly string[] = Object.keys(objects),
): { when: Expression | undefined; sections: Section[]; problems: MappingProblem[] } {
  const compilation: Compilation = { names, compiler, source, problems: [] };
  const ofFile = when === undefined ? undefined : compileCondition(compilation, when, ["when"], true);
  const sections = Object.entries(objects).map(([name, file]) =>
    compileSection(compilation, objects, name, { ...file, write: file.write ?? defaults?.write }),
  );
  checkTwins(compilation, sections);
  // A link that is wrong by itself need not be said to make a circle as well.
  const ordered = compilation.problems.length === 0 ? inDependencyOrder(compilation, sections) : sections;
  return { when: ofFile, sections: ordered, problems: compilation.problems };
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
    on[change as ChangeName] = compileFields(compilation, fields, [...path, "on", change], file);
  }
  if (file.on !== undefined && !perBooking) {
    compilation.problems.push(
      compilation.source.problem(
        [...path, "on"],
        "`on` is for sections with `per: booking`; only a booking is rescheduled or cancelled",
      ),
    );
  }
  if (file.converted === "follow" && perBooking) {
    const message = "`converted: follow` is for records that others link to; a booking's own record is not followed";
    compilation.problems.push(compilation.source.problem([...path, "converted"], message));
  }
  const fields = compileFields(compilation, file.fields, [...path, "fields"], file);
  checkMatch(compilation, file, path);
  checkWhose(compilation, file, path);
  checkNeeded(compilation, file, path);
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
    duplicateRules: file.duplicate_rules ?? "pass",
    converted: file.converted ?? "report",
    ruleSources: {
      ...(file.duplicate_rules && {
        duplicateRules: sourceOf(compilation, file.duplicate_rules, [...path, "duplicate_rules"]),
      }),
      ...(file.converted && { converted: sourceOf(compilation, file.converted, [...path, "converted"]) }),
    },
    when: file.when === undefined ? undefined : compileCondition(compilation, file.when, [...path, "when"], perBooking),
    links: compileLinks(compilation, objects, file, path),
    fields,
    on,
  };
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
  section: SectionFile,
): FieldRule[] {
  return Object.entries(fields).map(([field, file]) =>
    compileField(compilation, field, file, [...path, field], section),
  );
}

function compileField(
  compilation: Compilation,
  field: string,
  file: FieldFile,
  path: Path,
  section: SectionFile,
): FieldRule {
  const perBooking = section.per === "booking";
  const detailed = typeof file === "object" ? file : { value: file };
  const { value, constant, otherwise } = detailed;
  if ((value === undefined) === (constant === undefined)) {
    compilation.problems.push(compilation.source.problem(path, `\`${field}\` needs either \`value\` or \`constant\``));
  }
  if (isPath(constant)) {
    const message = `\`constant\` writes the letters "${constant}"; for what BookingBug says, write \`value: ${constant}\``;
    compilation.problems.push(compilation.source.problem([...path, "constant"], message));
  }
  const inner = (key: string): Path => (typeof file === "object" ? [...path, key] : path);
  const rule: FieldRule = {
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
    ...compileWriting(compilation, detailed, path, section.write ?? "always"),
    refused: detailed.refused ?? "fail",
    clearWhenBlank: detailed.blank === "clear",
  };
  checkSteps(compilation, rule, inner("constant" in rule.value ? "constant" : "value"));
  return rule;
}
