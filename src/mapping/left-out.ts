/** What a mapping does not write of a booking, and why: for who wrote the mapping, and wonders. */
import type { MappingContext } from "./context.ts";
import { blankFields, holdsFor, isForCompany, isNamed, runsOf, startRun } from "./evaluate.ts";
import type { Mapping, Section } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";

export type LeftOut =
  /** Nothing of the file: its own condition is not true. */
  | { readonly kind: "file"; readonly source: SourceRef }
  | { readonly kind: "companies"; readonly section: Section }
  | { readonly kind: "when"; readonly section: Section; readonly source: SourceRef }
  /** Nobody and nothing to make a record of: there is no id, and nothing to be recognised by. */
  | { readonly kind: "nameless"; readonly section: Section }
  /** The record is written without these. */
  | { readonly kind: "blank"; readonly section: Section; readonly fields: readonly string[] };

/** @throws MappingError */
export function leftOutOf(mapping: Mapping, context: MappingContext, bookingId: string | undefined): LeftOut[] {
  const run = startRun(context, bookingId);
  if (mapping.when !== undefined && !holdsFor(mapping.when, run))
    return [{ kind: "file", source: mapping.when.source }];
  return mapping.sections
    .filter(({ per }) => per !== "booking" || bookingId !== undefined)
    .flatMap((section) => runsOf(section, run).map((one) => [section, one] as const))
    .flatMap(([section, one]): LeftOut[] => {
      const { context } = one;
      if (!isForCompany(section, context)) return [{ kind: "companies", section }];
      const { when } = section;
      if (when !== undefined && !holdsFor(when, one)) return [{ kind: "when", section, source: when.source }];
      if (!isNamed(section, one)) return [{ kind: "nameless", section }];
      const fields = blankFields(section, one);
      return fields.length === 0 ? [] : [{ kind: "blank", section, fields }];
    });
}

export function leftOutSentence(one: LeftOut): string {
  if (one.kind === "file") return `nothing is written: the file's condition is not true (${placeOf(one.source)})`;
  const { name, object } = one.section;
  const what = `${name} (${object})`;
  switch (one.kind) {
    case "companies":
      return `${what} is not written: it is for other companies`;
    case "when":
      return `${what} is not written: its condition is not true (${placeOf(one.source)})`;
    case "nameless":
      return `${what} is not written: its external id is blank, and so is everything it could be recognised by`;
    case "blank":
      return `${what} is written without what came out blank: ${one.fields.join(", ")}`;
  }
}

function placeOf({ file, line, expression }: SourceRef): string {
  return `${file}:${line} ${expression.trim().split("\n")[0]}`;
}
