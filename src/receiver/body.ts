/** From bytes to a JSON value we dare to look into. */

const MAX_DEPTH = 64;
const MAX_KEYS = 50_000;

export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "not_json"; readonly message: string }
  | { readonly kind: "excessive"; readonly message: string };

/** BookingBug does not say which Content-Type it sends, so the bytes decide. */
export function readJson(body: Buffer): JsonBody {
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") return { kind: "not_json", message: "the body is empty; expected a JSON purchase" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return { kind: "not_json", message: `the body is not JSON${position ? ` (at character ${position})` : ""}` };
  }
  return measure(value) ?? { kind: "json", value };
}

/** Walks without recursion, so that depth is found out before it can hurt. */
function measure(root: unknown): JsonBody | undefined {
  let keys = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return { kind: "excessive", message: `the body is nested deeper than ${MAX_DEPTH} levels` };
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      const children = Object.values(value);
      keys += children.length;
      if (keys > MAX_KEYS) return { kind: "excessive", message: `the body has more than ${MAX_KEYS} values` };
      next.push(...children.filter((child) => typeof child === "object"));
    }
    level = next;
  }
  return undefined;
}
