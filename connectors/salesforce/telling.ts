/** "Object Reference": the standard fields by which people tell one person or company from another. */
import type { TellingField } from "../connector.ts";

const CITIES: Readonly<Record<string, readonly string[]>> = {
  Contact: ["MailingCity"],
  Lead: ["City"],
  Account: ["BillingCity", "PersonMailingCity"],
};

export function tellingFields(object: string): readonly TellingField[] {
  const cities = CITIES[object];
  if (cities === undefined) return [];
  return [
    { field: "CreatedDate", tells: "created" },
    { field: "Owner.Name", tells: "owner" },
    { field: "LastActivityDate", tells: "last_activity" },
    { field: "Phone", tells: "phone" },
    ...cities.map((field) => ({ field, tells: "city" as const })),
  ];
}
