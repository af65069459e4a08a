/** From bytes to a JSON value we dare to look into. */
import { isUtf8 } from "node:buffer";
import { jsonFault } from "./json-fault.ts";

const MAX_DEPTH = 100;
const MAX_VALUES = 50_000;
const LATIN_1 = "windows-1252";

export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "not_json"; readonly message: string }
  | { readonly kind: "excessive"; readonly message: string };

const TOO_DEEP: JsonBody = { kind: "excessive", message: `nested deeper than ${MAX_DEPTH} levels` };

/** BookingBug does not say which Content-Type it sends, so the bytes decide; of the type only a charset counts. */
export function readJson(body: Buffer, contentType?: string): JsonBody {
  const text = decode(body, contentType);
  if (text.trim() === "") return { kind: "not_json", message: "the body is empty; expected a JSON purchase" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refusal(text);
  }
  return excess(value) ?? { kind: "json", value };
}

/** The engine's own message quotes the body, which may hold names and addresses. */
function refusal(text: string): JsonBody {
  const fault = jsonFault(text, MAX_DEPTH);
  if (fault === "deep") return TOO_DEEP;
  const place = fault === undefined ? "" : ` at line ${fault.line}, column ${fault.column}`;
  return { kind: "not_json", message: `not JSON${place}` };
}

function decode(body: Buffer, contentType: string | undefined): string {
  const charset = /charset="?([\w.:-]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const text = isUtf8(body) && !charset?.startsWith("utf-16") ? body.toString("utf8") : decodeAs(body, charset);
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** Bytes that are not UTF-8 are what they say they are, or else Latin-1 as Windows writes it. */
function decodeAs(body: Buffer, charset: string | undefined): string {
  const named = charset === undefined || charset.startsWith("utf-8") || charset === "utf8" ? LATIN_1 : charset;
  try {
    return new TextDecoder(named).decode(body);
  } catch {
    return new TextDecoder(LATIN_1).decode(body);
  }
}

function excess(root: unknown): JsonBody | undefined {
  const found = isObject(root) ? countValues(root, 1, 0) : 0;
  if (found === "deep") return TOO_DEEP;
  if (found > MAX_VALUES) return { kind: "excessive", message: `more than ${MAX_VALUES} values` };
  return undefined;
}

/** Stops at the limits, so that no body makes it deep or long. @returns how many values there are, `before` included */
function countValues(object: object, depth: number, before: number): number | "deep" {
  if (depth > MAX_DEPTH) return "deep";
  const children: unknown[] = Array.isArray(object) ? object : Object.values(object);
  let count = before + children.length;
  for (const child of children) {
    if (!isObject(child) || count > MAX_VALUES) continue;
    const inside = countValues(child, depth + 1, count);
    if (inside === "deep") return inside;
    count = inside;
  }
  return count;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
