/** Compiles the links of a section to others. */
import { type Compilation, sourceOf } from "./compile-text.ts";
import type { MappingFile, SectionFile } from "./file-schema.ts";
import type { LinkRule } from "./mapping.ts";
import { nearest } from "./problems.ts";
import type { Path } from "./yaml-source.ts";

export function compileLinks(
  compilation: Compilation,
  objects: MappingFile["objects"],
  file: Pick<SectionFile, "per" | "links"> & { readonly find?: unknown },
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
    } else if (target?.per === "attendee" && (file.per !== "booking" || file.find !== undefined)) {
      const what = file.find === undefined ? `a record per ${file.per}` : "what is found";
      const message = `${what} cannot point to the attendees of a booking; let the booking point to them`;
      compilation.problems.push(compilation.source.problem(linkPath, message));
    } else if (target?.per === "booking" && file.per !== "booking") {
      const message = `a record per ${file.per} cannot point to a booking; let the booking point to it`;
      compilation.problems.push(compilation.source.problem(linkPath, message));
    }
    const source = sourceOf(compilation, String(via), linkPath);
    return {
      to,
      via: String(via),
      perBooking: target?.per === "booking",
      perAttendee: target?.per === "attendee",
      source,
    };
  });
}
