/** Compiles a section that finds a record and never makes one. */
import { labelOf } from "../../connectors/connector.ts";
import { compileLinks } from "./compile-links.ts";
import { type Compilation, compileCondition, compileText, sourceOf } from "./compile-text.ts";
import { NOT_NAMED } from "./context.ts";
import { ROOTS } from "./expression.ts";
import type { MappingFile } from "./file-schema.ts";
import type { Constant, Expression, LookUp, Way } from "./mapping.ts";
import type { LookUpFile, WayFile } from "./section-schema.ts";
import type { Path } from "./yaml-source.ts";

export function compileLookUp(
  { read, ...rest }: Compilation,
  objects: MappingFile["objects"],
  name: string,
  file: LookUpFile,
): LookUp {
  // What is found is found by what BookingBug says, or by what it points to.
  const compilation: Compilation = { ...rest, read, lookUps: new Map() };
  const { source, problems } = compilation;
  const path = ["objects", name];
  const perBooking = file.per === "booking";
  checkName(compilation, name, path);
  const links = compileLinks(compilation, objects, file, path);
  const [by, ...more] = links;
  const target = by && objects[by.to];
  if (more.length > 0)
    problems.push(source.problem([...path, "links"], "a record is found by one link; keep one of them"));
  if (by !== undefined && labelOf(by.via) !== undefined) {
    const message = "what is found by a link is found whatever the link is called; write `by: default` for `label`";
    problems.push(source.problem([...path, "links"], message));
  }
  if (target !== undefined && "find" in target) {
    problems.push(
      source.problem(
        [...path, "links"],
        "what is found itself cannot be searched by; link to a section that is written",
      ),
    );
  }
  if (file.otherwise !== undefined && file.none !== undefined && file.none !== "skip") {
    problems.push(
      source.problem([...path, "none"], "`otherwise` says what to take where nothing is found; leave `none` out"),
    );
  }
  const ways = [file.find].flat();
  return {
    name,
    source: sourceOf(compilation, file.object, [...path, "object"]),
    object: file.object,
    per: file.per,
    ways: ways.map((way, index) =>
      compileWay(compilation, way, Array.isArray(file.find) ? [...path, "find", index] : [...path, "find"], perBooking),
    ),
    by,
    several: file.several ?? "hold",
    none: file.none ?? "skip",
    otherwise: file.otherwise === undefined ? undefined : String(file.otherwise),
    when: file.when === undefined ? undefined : compileCondition(compilation, file.when, [...path, "when"], perBooking),
    select: [...(read.get(name) ?? [])].toSorted(),
  };
}

function checkName({ source, problems }: Compilation, name: string, path: Path): void {
  const taken: readonly string[] = [...ROOTS, ...NOT_NAMED];
  if (taken.includes(name)) {
    problems.push(
      source.problem(path, `\`${name}\` is BookingBug's; give what is found another name, such as \`crm_${name}\``),
    );
  } else if (!/^[A-Za-z_]\w{0,60}$/.test(name)) {
    problems.push(source.problem(path, "what is found is read by its name, which has letters, digits and _ alone"));
  }
}

function compileWay(compilation: Compilation, way: WayFile, path: Path, perBooking: boolean): Way {
  const compiled = Object.entries(way).map(([field, given]) => ({
    field,
    value: compileValue(compilation, given, [...path, field], perBooking),
  }));
  const [first = { field: "", value: NOTHING }, ...also] = compiled;
  return { ...first, also };
}

const NOTHING: Constant = { constant: null, source: { file: "", line: 1, column: 1, expression: "" } };

function compileValue(
  compilation: Compilation,
  given: WayFile[string],
  path: Path,
  perBooking: boolean,
): Expression | Constant {
  if (typeof given === "string") return compileText(compilation, given, path, perBooking);
  const constant = typeof given === "object" ? given.constant : given;
  return { constant, source: sourceOf(compilation, String(constant), path) };
}
