/** JSON posted to an address of somebody else's. */

export type Answer =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused" | "unanswered"; readonly problem: string };

const TIMEOUT_MS = 5_000;

/** Posts once. Follows no redirect: what is posted is meant for that address. @returns a problem without the URL, which may hold a secret */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: "accepted" };
    const passes = response.status === 429 || response.status >= 500;
    return { kind: passes ? "unanswered" : "refused", problem: `HTTP status ${response.status}` };
  } catch (error) {
    return { kind: "unanswered", problem: error instanceof Error ? error.name : "no answer" };
  }
}
