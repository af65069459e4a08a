/** The standard properties by which people tell one person or company from another. */
import type { TellingField } from "../connector.ts";
import { OWNERS } from "./owners.ts";

const PEOPLE = new Set(["contacts", "companies"]);

export function tellingFields(object: string): readonly TellingField[] {
  if (!PEOPLE.has(object)) return [];
  return [
    { field: "createdate", tells: "created" },
    { field: "hubspot_owner_id", tells: "owner", names: { object: OWNERS, by: ["firstName", "lastName"] } },
    { field: "notes_last_updated", tells: "last_activity" },
    { field: "phone", tells: "phone" },
    { field: "city", tells: "city" },
  ];
}
