/** A record that drifted, for tests. */
import type { Drifted, DriftedField } from "../../src/drift/drifted.ts";

type Some = Partial<Pick<Drifted, "purchaseId" | "section" | "object" | "id" | "since" | "seen">> &
  (
    | { readonly kind?: "drifted"; readonly fields: readonly (Pick<DriftedField, "field"> & Partial<DriftedField>)[] }
    | { readonly kind: "deleted" }
    | { readonly kind: "merged"; readonly into: string }
  );

export function aDrifted(some: Some): Drifted {
  const at = "2036-01-01T00:00:00.000Z";
  const place = { purchaseId: "11", section: "person", object: "contacts", id: "1", since: at, seen: at };
  if (some.kind === "deleted" || some.kind === "merged") return { ...place, ...some };
  const sides = { base: "Written", ours: "Ours", theirs: "Typed-by-hand", asks: "report" as const };
  return { ...place, ...some, kind: "drifted", fields: some.fields.map((one) => ({ ...sides, ...one })) };
}
