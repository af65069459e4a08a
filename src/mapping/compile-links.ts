/** Compiles the links of a section to others. */
import { viaLabel } from "../../connectors/connector.ts";
import { type Compilation, sourceOf } from "./compile-text.ts";
import type { MappingFile } from "./file-schema.ts";
import type { LinkRule } from "./mapping.ts";
import { nearest } from "./problems.ts";
import type { LinksFile, SectionFile } from "./section-schema.ts";
import type { Path } from "./yaml-source.ts";

/** One link as either form writes it. */
export interface LinkEntry {
  readonly to: string;
  /** As a connector takes it. */
  readonly via: string;
  /** What it goes by in the file's own words. */
  readonly words: string;
  /** Where it stands, from the section. */
  readonly path: Path;
  /** Where the other section is named. */
  readonly toPath: Path;
}

export function linkEntries(file: LinksFile | undefined): LinkEntry[] {
  if (!Array.isArray(file)) {
    return Object.entries(file ?? {}).map(([to, via]) => {
      const path = ["links", to];
      return { to, via: String(via), words: String(via), path, toPath: path };
    });
  }
  return file.map(({ to, by = "", label }, index) => {
    const path = ["links", index];
    const toPath = [...path, "to"];
    return label === undefined
      ? { to, via: String(by), words: String(by), path: [...path, "by"], toPath }
      : { to, via: viaLabel(label), words: label, path: [...path, "label"], toPath };
  });
}

export function compileLinks(
  compilation: Compilation,
  objects: MappingFile["objects"],
  file: Pick<SectionFile, "per" | "links"> & { readonly find?: unknown },
  section: Path,
): LinkRule[] {
  const seen = new Set<string>();
  return linkEntries(file.links).map(({ to, via, words, path, toPath }) => {
    const target = objects[to];
    const say = (at: Path, message: string) =>
      compilation.problems.push(compilation.source.problem([...section, ...at], message));
    if (target === undefined && !compilation.names.includes(to)) {
      const near = nearest(to, compilation.names);
      const hint =
        near.length > 0 ? `did you mean \`${near[0]}\`?` : `the sections are ${compilation.names.join(", ")}`;
      say(toPath, `no section is named \`${to}\`; ${hint}`);
    } else if (target?.per === "attendee" && (file.per !== "booking" || file.find !== undefined)) {
      const what = file.find === undefined ? `a record per ${file.per}` : "what is found";
      say(toPath, `${what} cannot point to the attendees of a booking; let the booking point to them`);
    } else if (target?.per === "booking" && file.per !== "booking") {
      say(toPath, `a record per ${file.per} cannot point to a booking; let the booking point to it`);
    }
    const key = JSON.stringify([to, via]);
    if (seen.has(key)) say(path, `\`${to}\` is linked by \`${words}\` already; take one of the two out`);
    seen.add(key);
    const source = sourceOf(compilation, words, [...section, ...path]);
    return { to, via, perBooking: target?.per === "booking", perAttendee: target?.per === "attendee", source };
  });
}
