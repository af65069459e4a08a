/** Which lists a record that drifted is on, so that a page reads no more than it shows. */
import type { Drifted } from "./drifted.ts";

/** `ask`: edits that wait for somebody's word. Of a field: as `Contact.LastName`. */
export type DriftList = "deleted" | "merged" | "edited" | "ask" | `field:${string}`;

export function listsOf(entry: Drifted): readonly DriftList[] {
  if (entry.kind !== "drifted") return [entry.kind];
  const fields = entry.fields.map(({ field }): DriftList => `field:${fieldName(entry, field)}`);
  return ["edited", ...(entry.fields.some(({ asks }) => asks === "hold") ? (["ask"] as const) : []), ...fields];
}

export function fieldName({ object }: Pick<Drifted, "object">, field: string): string {
  return `${object}.${field}`;
}

const LISTS = new Set<string>(["deleted", "merged", "edited", "ask"]);
/** No CRM's names of an object and a field are longer together. */
const LONGEST = 300;

export function isDriftList(text: string): text is DriftList {
  return LISTS.has(text) || (text.startsWith("field:") && text.length <= LONGEST);
}
