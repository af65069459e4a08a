/** The kinds of association there are between two objects, and those that people gave a name: its label. */
import { z } from "zod";
import { type Link, labelOf, type RecordWrite } from "../connector.ts";
import { type CrmError, MisconfiguredError, UnavailableError } from "../errors.ts";
import { type AssociatorDeps, typeOf } from "./associate.ts";
import { defaultType } from "./paths.ts";
import { isUnknownPath } from "./properties.ts";

/** "Associations schema": what one has; the unlabelled kind has no label. */
const labelsAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      category: z.string(),
      typeId: z.union([z.number(), z.string()]).transform(Number),
      label: z.string().nullish(),
    }),
  ),
});
export type AssociationKind = z.infer<typeof labelsAnswer>["results"][number];

/** A label that is not among those known is asked for again after this time, in milliseconds: somebody may have made it. */
const BELIEVED_MS = 60_000;

export interface Labels {
  /** From one object to another, in this direction. @throws CrmError */
  kinds(from: string, to: string): Promise<readonly AssociationKind[]>;
  /** The write with the types of its labels. @throws CrmError; MisconfiguredError that names the labels there are */
  resolve(write: RecordWrite): Promise<RecordWrite>;
}

export function createLabels({ http, paths }: AssociatorDeps): Labels {
  const asked = new Map<string, { readonly at: number; readonly kinds: Promise<readonly AssociationKind[]> }>();

  async function read(from: string, to: string, [path = "", ...others]: readonly string[]): Promise<AssociationKind[]> {
    try {
      const { body, requestId } = await http.send({ method: "GET", path, operation: "labels", object: from });
      const parsed = labelsAnswer.safeParse(body);
      if (parsed.success) return parsed.data.results;
      throw new UnavailableError("HubSpot's list of association labels cannot be read.", { object: from, requestId });
    } catch (error) {
      if (others.length > 0 && isUnknownPath(error)) return await read(from, to, others);
      throw error;
    }
  }

  function kinds(from: string, to: string, believedMs = Number.POSITIVE_INFINITY) {
    const key = `${from}>${to}`;
    const known = asked.get(key);
    if (known !== undefined && performance.now() - known.at <= believedMs) return known.kinds;
    const reading = read(from, to, paths.labels(from, to));
    asked.set(key, { at: performance.now(), kinds: reading });
    reading.catch(() => asked.delete(key));
    return reading;
  }

  async function named(from: string, to: string, label: string): Promise<AssociationKind | undefined> {
    const isIt = (kind: AssociationKind): boolean => kind.label === label;
    return (await kinds(from, to)).find(isIt) ?? (await kinds(from, to, BELIEVED_MS)).find(isIt);
  }

  /** @returns undefined when there is no such label */
  async function numbered(from: string, link: Link): Promise<Link | undefined> {
    const label = labelOf(link.via);
    if (label === undefined) return link;
    const kind = await named(from, link.toObject, label);
    return kind && { ...link, via: `${kind.category}:${kind.typeId}` };
  }

  return {
    kinds: (from, to) => kinds(from, to),
    async resolve(write) {
      const { object, links, unlink = [] } = write;
      if ([...links, ...unlink].every(({ via }) => labelOf(via) === undefined)) return write;
      const made: Link[] = [];
      for (const link of links) {
        const known = await numbered(object, link);
        if (known === undefined) throw await unknownLabel(object, link);
        made.push(known);
      }
      // A label that was deleted has taken its associations along.
      const gone = await Promise.all(unlink.map((link) => numbered(object, link)));
      return { ...write, links: made, unlink: gone.filter((link) => link !== undefined) };
    },
  };

  async function unknownLabel(object: string, { via, toObject }: Link): Promise<CrmError> {
    const message = noLabel(object, toObject, labelOf(via) ?? via, await kinds(object, toObject));
    return new MisconfiguredError(message, { object, code: "UNKNOWN_LABEL" });
  }
}

function noLabel(from: string, to: string, label: string, kinds: readonly AssociationKind[]): string {
  const labels = kinds.flatMap((kind) => (kind.label ? [`"${kind.label}"`] : []));
  return `HubSpot has no association label "${label}" from ${from} to ${to}; ${there(labels)}`;
}

/** @returns what is wrong with a link by its type's number or by a label, and which there are */
export function kindProblem(
  from: string,
  { via, toObject }: Pick<Link, "via" | "toObject">,
  kinds: readonly AssociationKind[],
): string | undefined {
  const label = labelOf(via);
  if (label !== undefined) {
    return kinds.some((kind) => kind.label === label) ? undefined : noLabel(from, toObject, label, kinds);
  }
  const type = typeOf(from, { via, toObject, toId: "" });
  const isIt = ({ category, typeId }: AssociationKind): boolean =>
    category === type?.associationCategory && typeId === type.associationTypeId;
  // The list may leave out what HubSpot itself publishes.
  const isPublished = type !== undefined && type.associationTypeId === defaultType(from, toObject);
  if (via === "default" || isPublished || kinds.some(isIt)) return undefined;
  const named = kinds.find((kind) => kind.label === via);
  if (named !== undefined) return `"${via}" is a label; write it in a list: \`- { to: …, label: "${via}" }\``;
  const numbers = kinds.map((kind) => `${numberOf(kind)}${kind.label ? ` ("${kind.label}")` : ""}`);
  return `HubSpot has no association type \`${via}\` from ${from} to ${toObject}; ${there(numbers)}`;
}

function numberOf({ category, typeId }: AssociationKind): string {
  return category === "HUBSPOT_DEFINED" ? String(typeId) : `${category}:${typeId}`;
}

function there(names: readonly string[]): string {
  return names.length === 0 ? "there are none" : `there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
}
