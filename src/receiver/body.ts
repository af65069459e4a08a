/** From bytes to a JSON value. */
import { isUtf8 } from "node:buffer";
import { MAX_DEPTH, TOO_DEEP } from "../booking/bounds.ts";
import { beyondJsonBounds } from "./json-bounds.ts";
import { jsonFault } from "./json-fault.ts";

const LATIN_1 = "windows-1252";

export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "not_json"; readonly message: string }
  /** So deep or so wide that nobody looks whether, or where, it stops being JSON. */
  | { readonly kind: "beyond_bounds"; readonly message: string };

const NUL = 0;

/** BookingBug does not say which Content-Type it sends, so the bytes decide; of the type only a charset counts. */
export function readJson(body: Buffer, contentType?: string): JsonBody {
  const text = decode(body, contentType);
  if (text.trim() === "") return { kind: "not_json", message: "the body is empty; expected a JSON purchase" };
  const excess = beyondJsonBounds(text);
  if (excess !== undefined) return { kind: "beyond_bounds", message: excess };
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    return refusal(text);
  }
}

/** The engine's own message quotes the body, which may hold names and addresses. */
function refusal(text: string): JsonBody {
  const fault = jsonFault(text, MAX_DEPTH);
  if (fault === "deep") return { kind: "beyond_bounds", message: TOO_DEEP };
  const place = fault === undefined ? "" : ` at line ${fault.line}, column ${fault.column}`;
  return { kind: "not_json", message: `not JSON${place}` };
}

function decode(body: Buffer, contentType: string | undefined): string {
  const utf16 = utf16Of(body);
  const charset = /charset="?([\w.:-]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const text = utf16 === undefined && isUtf8(body) ? body.toString("utf8") : decodeAs(body, utf16 ?? charset);
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** By its mark, or by what JSON begins with, which is ASCII: half of it is a NUL, and JSON has none. */
function utf16Of([first, second]: Buffer): "utf-16be" | "utf-16le" | undefined {
  if ((first === 0xfe && second === 0xff) || (first === NUL && second !== NUL)) return "utf-16be";
  if ((first === 0xff && second === 0xfe) || (first !== NUL && second === NUL)) return "utf-16le";
  return undefined;
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
