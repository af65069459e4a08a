/** What the audit trail says of a search. */
import type { Concerned } from "../audit/line.ts";
import type { SearchHit } from "../synclog/search.ts";
import type { AdminDeps } from "./deps.ts";

/** The trail has what was found, and of the words a digest. */
export async function searchedFor(
  { audit }: Pick<AdminDeps, "audit">,
  query: string,
  hits: readonly SearchHit[],
): Promise<Concerned> {
  const [first, second] = hits;
  const found = { found: hits.length, ...(first && !second && { purchase: first.purchaseId }) };
  if (first?.by === "purchase" || first?.by === "booking") return { by: "id", ...found };
  const by = first?.by ?? (query.includes("@") ? "email" : "name");
  return { by, words: await audit.words.digest(query), ...found };
}
