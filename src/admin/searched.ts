/** What the audit trail says of a search. */
import type { Concerned } from "../audit/line.ts";
import type { SearchHit } from "../synclog/search.ts";
import type { AdminDeps } from "./deps.ts";

const BY: Readonly<Record<SearchHit["by"], NonNullable<Concerned["by"]>>> = {
  ...{ purchase: "id", booking: "id", record: "id", delivery: "id" },
  ...{ name: "name", service: "name", company: "name", email: "email", phone: "phone" },
};

/** The trail has what was found, and of the words a digest. */
export async function searchedFor(
  { audit }: Pick<AdminDeps, "audit">,
  query: string,
  hits: readonly SearchHit[],
): Promise<Concerned> {
  const [first, second] = hits;
  const found = { found: hits.length, ...(first && !second && { purchase: first.purchaseId }) };
  const by = first === undefined ? (query.includes("@") ? "email" : "name") : BY[first.by];
  if (by === "id") return { by, ...found };
  return { by, words: await audit.words.digest(query), ...found };
}
