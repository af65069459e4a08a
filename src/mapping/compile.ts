/** Compiles a mapping file, collecting what is wrong instead of stopping at the first. */
import { compileIdentity } from "./compile-identity.ts";
import { compileLinks } from "./compile-links.ts";
import { compileLookUp } from "./compile-look-up.ts";
import { type Compilation, compileCondition, compileText, sourceOf } from "./compile-text.ts";
import type { Compiler } from "./expression.ts";
import type { FieldFile } from "./field-schema.ts";
import type { MappingFile } from "./file-schema.ts";
import { checkCancelled, checkMoved } from "./life-checks.ts";
import type { ChangeName, Expression, FieldRule, LookUp, Section } from "./mapping.ts";
import type { MappingProblem } from "./problems.ts";
import {
  checkChoice,
  checkMatch,
  checkNeeded,
  checkStates,
  checkTwins,
  checkWhose,
  inDependencyOrder,
} from "./section-checks.ts";
import type { LookUpFile, SectionFile } from "./section-schema.ts";
import { isPath } from "./slips.ts";
import { checkOwner, checkSteps, compileWriting } from "./writing.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** @param names of all the file's sections, when some are so far from being in order that they are left out */
export function compileFile(
  { objects, when, defaults }: Pick<MappingFile, "objects" | "when" | "defaults">,
  compiler: Compiler,
  source: YamlSource,
  names: readonly string[] = Object.keys(objects),
): {
  readonly when: Expression | undefined;
  readonly sections: Section[];
  readonly lookUps: LookUp[];
  readonly readsBookings: boolean;
  readonly problems: MappingProblem[];
} {
  const found = new Map<string, LookUpFile>();
  const written = new Map<string, SectionFile>();
  for (const [name, file] of Object.entries(objects)) "find" in file ? found.set(name, file) : written.set(name, file);
  const compilation: Compilation = {
    names,
    lookUps: found,
    read: new Map(),
    readers: [],
    compiler,
    source,
    problems: [],
  };
  const ofFile = when === undefined ? undefined : compileCondition(compilation, when, ["when"], true);
  checkOwner(compilation, defaults ?? {}, ["defaults"]);
  const sections = [...written].map(([name, file]) => {
    const write = file.write ?? defaults?.write;
    checkOwner(compilation, { write, owner: file.owner }, ["objects", name]);
    return compileSection(compilation, objects, name, { ...file, write, owner: file.owner ?? defaults?.owner });
  });
  const lookUps = [...found].map(([name, file]) => compileLookUp(compilation, objects, name, file));
  checkTwins(compilation, sections);
  // A link that is wrong by itself need not be said to make a circle as well.
  const ordered = compilation.problems.length === 0 ? inDependencyOrder(compilation, sections, lookUps) : sections;
  const readsBookings = compilation.readers.length > 0;
  return { when: ofFile, sections: ordered, lookUps, readsBookings, problems: compilation.problems };
}

function compileSection(
  { read, ...rest }: Compilation,
  objects: MappingFile["objects"],
  name: string,
  file: SectionFile,
): Section {
  const compilation: Compilation = { ...rest, read: new Map(), perAttendee: file.per === "attendee" };
  const section = { ...sectionOf(compilation, objects, name, file), reads: [...compilation.read.keys()] };
  for (const [lookUp, fields] of compilation.read) read.set(lookUp, fields.union(read.get(lookUp) ?? new Set()));
  return section;
}

function sectionOf(
  compilation: Compilation,
  objects: MappingFile["objects"],
  name: string,
  file: SectionFile,
): Omit<Section, "reads"> {
  const path = ["objects", name];
  const [identityField, identityValue] = Object.entries(file.external_id)[0] ?? ["", ""];
  const perBooking = file.per === "booking";
  // An attendee is always one booking's.
  const seesBooking = perBooking || file.per === "attendee";
  const on = compileStates(compilation, file, path);
  checkStates(compilation, file, path);
  checkCancelled(compilation, file, path);
  const fields = compileFields(compilation, file.fields, [...path, "fields"], file);
  checkMoved(compilation, file, path, { fields, on });
  checkMatch(compilation, file, path);
  checkWhose(compilation, file, path);
  checkNeeded(compilation, file, path);
  checkChoice(compilation, objects, file, path);
  return {
    name,
    source: sourceOf(compilation, file.object, [...path, "object"]),
    object: file.object,
    per: file.per,
    alike: file.per === "attendee" ? alikeOf(objects, name, file) : [],
    companies: (file.companies ?? []).map(String),
    identity: {
      field: identityField,
      value: compileIdentity(compilation, file, identityValue, [...path, "external_id", identityField]),
    },
    match: file.match ?? [],
    several: file.several ?? "hold",
    deleted: file.deleted ?? "recreate",
    create: file.create ?? "always",
    unless: file.unless,
    cancelled: file.cancelled ?? "keep",
    moved: file.moved ?? "keep",
    duplicateRules: file.duplicate_rules ?? "pass",
    assign: file.assign ?? false,
    converted: file.converted ?? "report",
    ruleSources: ruleSourcesOf(compilation, file, path),
    when:
      file.when === undefined ? undefined : compileCondition(compilation, file.when, [...path, "when"], seesBooking),
    links: compileLinks(compilation, objects, file, path),
    fields,
    on,
  };
}

function compileStates(compilation: Compilation, file: SectionFile, path: Path): Section["on"] {
  const on: Partial<Record<ChangeName, FieldRule[]>> = {};
  for (const [change, fields] of Object.entries(file.on ?? {})) {
    if (fields === undefined) continue;
    on[change as ChangeName] = compileFields(compilation, fields, [...path, "on", change], file);
  }
  return on;
}

function ruleSourcesOf(compilation: Compilation, file: SectionFile, path: Path): Section["ruleSources"] {
  const at = (key: "assign" | "duplicate_rules" | "cancelled" | "converted") =>
    sourceOf(compilation, String(file[key]), [...path, key]);
  return {
    ...(file.assign && { assign: at("assign") }),
    ...(file.duplicate_rules && { duplicateRules: at("duplicate_rules") }),
    ...(file.cancelled === "delete" && { cancelled: at("cancelled") }),
    ...(file.converted && { converted: at("converted") }),
  };
}

/** Who comes with one booking may pay for another. */
function alikeOf(objects: MappingFile["objects"], name: string, { object }: SectionFile): string[] {
  const others = Object.entries(objects).filter(
    ([other, file]) =>
      other !== name && !("find" in file) && file.object === object && /^(person|attendee)$/.test(file.per),
  );
  return others.map(([other]) => other);
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
  const seesBooking = section.per === "booking" || section.per === "attendee";
  const detailed = typeof file === "object" ? file : { value: file };
  const { value, constant, otherwise } = detailed;
  if ((value === undefined) === (constant === undefined)) {
    compilation.problems.push(compilation.source.problem(path, `\`${field}\` needs either \`value\` or \`constant\``));
  }
  if (isPath(constant)) {
    const message = `\`constant\` writes the letters "${constant}"; for what BookingBug says, write \`value: ${constant}\``;
    compilation.problems.push(compilation.source.problem([...path, "constant"], message));
  }
  if (typeof constant === "string" && /^[“”„‘’].*[“”„‘’]$/su.test(constant)) {
    const message = `the quotes for print around ${constant} would be written into the CRM; type " or ' instead`;
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
        : compileText(compilation, value, inner("value"), seesBooking),
    otherwise:
      otherwise === undefined ? undefined : compileText(compilation, otherwise, inner("otherwise"), seesBooking),
    ...compileWriting(compilation, detailed, path, section),
    refused: detailed.refused ?? "fail",
    clearWhenBlank: detailed.blank === "clear",
  };
  checkSteps(compilation, rule, inner("constant" in rule.value ? "constant" : "value"));
  return rule;
}
