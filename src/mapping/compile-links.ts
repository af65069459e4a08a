/** Compiles the links of a section to others. */
import { viaLabel } from "../../connectors/connector.ts";
import { type Compilation, sourceOf } from "./compile-text.ts";
import type { MappingFile } from "./file-schema.ts";
import type { LinkRule } from "./mapping.ts";
import type { LinkOwner, Owner } from "./plan.ts";
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
  readonly owner?: Owner | undefined;
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
  return file.map(({ to, by = "", label, owner }, index) => {
    const path = ["links", index];
    const toPath = [...path, "to"];
    return label === undefined
      ? { to, via: String(by), words: String(by), owner, path: [...path, "by"], toPath }
      : { to, via: viaLabel(label), words: label, owner, path: [...path, "label"], toPath };
  });
}

export function compileLinks(
  compilation: Compilation,
  objects: MappingFile["objects"],
  file: Pick<SectionFile, "per" | "links"> & { readonly find?: unknown; readonly owner?: Owner | undefined },
  section: Path,
): LinkRule[] {
  const seen = new Set<string>();
  return linkEntries(file.links).map(({ to, via, words, owner, path, toPath }) => {
    const target = objects[to];
    const say = (at: Path, message: string) =>
      compilation.problems.push(compilation.source.problem([...section, ...at], message));
    const wrong = wrongTarget(compilation.names, to, target, file);
    if (wrong !== undefined) say(toPath, wrong);
    const why = whyNoOwner(owner, file.find !== undefined);
    if (why !== undefined) say([...path.slice(0, -1), "owner"], why);
    const key = JSON.stringify([to, via]);
    if (seen.has(key)) say(path, `\`${to}\` is linked by \`${words}\` already; take one of the two out`);
    seen.add(key);
    const source = sourceOf(compilation, words, [...section, ...path]);
    return {
      ...{ to, via, perBooking: target?.per === "booking", perAttendee: target?.per === "attendee" },
      ...{ owner: ownerOf(owner ?? file.owner), source },
    };
  });
}

/** An `ask` that was said for all fields says nothing of links. */
function ownerOf(owner: Owner = "report"): LinkOwner {
  return owner === "ask" ? "report" : owner;
}

function whyNoOwner(owner: Owner | undefined, isFound: boolean): string | undefined {
  if (owner !== undefined && isFound) {
    return "what is found is never written, so that nothing of it can be written back; take `owner` out";
  }
  return owner === "ask"
    ? "nobody is asked about a link: say `bookingbug` to have it written back, `crm` to leave it, or `report`"
    : undefined;
}

function wrongTarget(
  names: readonly string[],
  to: string,
  target: MappingFile["objects"][string] | undefined,
  { per, find }: Pick<SectionFile, "per"> & { readonly find?: unknown },
): string | undefined {
  if (target === undefined && !names.includes(to)) {
    const near = nearest(to, names);
    const hint = near.length > 0 ? `did you mean \`${near[0]}\`?` : `the sections are ${names.join(", ")}`;
    return `no section is named \`${to}\`; ${hint}`;
  }
  if (target?.per === "attendee" && (per !== "booking" || find !== undefined)) {
    const what = find === undefined ? `a record per ${per}` : "what is found";
    return `${what} cannot point to the attendees of a booking; let the booking point to them`;
  }
  return target?.per === "booking" && per !== "booking"
    ? `a record per ${per} cannot point to a booking; let the booking point to it`
    : undefined;
}
