/** A value of JRNI's templates in our words, or why there is none. */
import { KNOWN_NAMES } from "../../booking/known-names.ts";
import type { FieldFile } from "../field-schema.ts";

export type Converted =
  | { readonly kind: "same"; readonly value: FieldFile; readonly note?: string }
  | { readonly kind: "none"; readonly why: string };

const MAX_TEXT = 2_000;
const OUTPUT = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const ONE = /^\{\{-?\s*((?:(?!\}\})[\s\S])*?)\s*-?\}\}$/;
const PHONE = /^\[\s*\+?\s*\{\{-?\s*(client|member)\.(\w+)_prefix\s*-?\}\}\s*\]\s*\{\{-?\s*\1\.\2\s*-?\}\}$/;
const OPTIONAL = /\[([^[\]{}]*\{\{-?\s*([a-z_][\w.]*)[^{}]*\}\}[^[\]{}]*)\]/g;
const JOINED = /^\{\{-?\s*[\w.]+\s*-?\}\}(?:(\s*[,;/-]?\s*)\{\{-?\s*[\w.]+\s*-?\}\}(?:\1\{\{-?\s*[\w.]+\s*-?\}\})*)$/;

export function convert(value: unknown): Converted {
  if (typeof value === "number" || typeof value === "boolean") return { kind: "same", value };
  if (typeof value !== "string") return { kind: "none", why: "it is no text" };
  const text = value.trim();
  if (text.length > MAX_TEXT) return { kind: "none", why: `it is longer than ${MAX_TEXT} characters` };
  if (text === "") return { kind: "none", why: "it is blank, and nothing is written of what is blank" };
  if (!/\{\{|\{%/.test(text)) return { kind: "same", value: { constant: text } };
  const phone = PHONE.exec(text);
  if (phone !== null) {
    const [, root, name] = phone;
    return same(`${root}.${name} | e164: ${root}.${name}_prefix`, "the prefix in [ ] is what `e164` does");
  }
  const optional = text.replace(
    OPTIONAL,
    (_all, inside: string, path: string) => `{% if ${path} %}${inside}{% endif %}`,
  );
  const note = optional === text ? undefined : "what stands in [ ] is left out where it is blank";
  return ours(optional, note);
}

function ours(text: string, note: string | undefined): Converted {
  const notes = note === undefined ? [] : [note];
  const unknown: string[] = [];
  const inOurWords = text.replace(
    /(\{\{|\{%)([\s\S]*?)(\}\}|%\})/g,
    (_all, open: string, inside: string, close: string) => {
      const named = inside.replace(/("[^"]*"|'[^']*')|\b([a-z_]\w*)((?:\.\w+)+)/g, (all, quoted, root, rest) =>
        quoted !== undefined ? all : path(root, rest.slice(1).split("."), unknown, notes),
      );
      return open + named + close;
    },
  );
  if (unknown.length > 0) return { kind: "none", why: [...new Set(unknown)].join("; ") };
  const said = notes.length === 0 ? undefined : [...new Set(notes)].join("; ");
  const one = ONE.exec(inOurWords);
  if (one !== null) return same(typed(one[1] ?? ""), said);
  const joined = JOINED.exec(inOurWords);
  if (joined !== null && joined[1] !== "") {
    const [first = "", ...others] = [...inOurWords.matchAll(OUTPUT)].map(([, inside = ""]) => inside);
    const between = (joined[1] ?? "").trim() === "" ? " " : `${(joined[1] ?? "").trim()} `;
    return same(`${first} | join_filled: "${between}", ${others.join(", ")}`, said);
  }
  return same(inOurWords, said);
}

function same(value: string, note: string | undefined): Converted {
  return { kind: "same", value, ...(note !== undefined && { note }) };
}

/** JRNI's templates give texts; of ours a lone path keeps its kind, and Salesforce takes no number for a text. */
function typed(expression: string): string {
  return /^[\w.]+\.(id|\w+_id)$/.test(expression) ? `${expression} | to_text` : expression;
}

/** Their roots that are parts of a booking here. */
const PARTS: Readonly<Record<string, string>> = {
  ...{ service: "service", person: "person", staff: "person", resource: "resource" },
};
const ROOTS: Readonly<Record<string, string>> = {
  ...{ item: "booking", appointment: "booking", booking: "booking", customer: "client", client: "client" },
  ...{ member: "member", company: "company", purchase: "purchase", total: "purchase" },
};
const NAMES: Readonly<Record<string, string>> = {
  "booking.datetime": "booking.start_at",
  "booking.start_time": "booking.start_at",
  "booking.start_datetime": "booking.start_at",
  "booking.end_datetime": "booking.end_at",
  "booking.end_time": "booking.end_at",
  "booking.start": "booking.start_at",
  "booking.end": "booking.end_at",
  "booking.staff_name": "booking.person_name",
  "client.company_id": "member.company_id",
};

function path(root: string, names: readonly string[], unknown: string[], notes: string[]): string {
  const [first = "", ...rest] = names;
  const shown = [root, ...names].join(".");
  const inBooking = root === "booking" || root === "item" || root === "appointment";
  if (inBooking && PARTS[first] !== undefined && rest.length === 1) return path(first, rest, unknown, notes);
  if (
    (root === "answers" || first === "answers" || first === "questions") &&
    !/^(size|first|last)$/.test(names.at(-1) ?? "")
  ) {
    notes.push("better by the question's id than by its text: answers are found by either");
    return `answers | answer: "${names.at(-1)}"`;
  }
  const part = PARTS[root];
  const ours = part === undefined ? `${ROOTS[root] ?? root}.${first}` : `booking.${part}_${first}`;
  const named = NAMES[ours] ?? ours;
  if (ROOTS[root] === undefined && part === undefined && root !== "change" && root !== "forloop") {
    unknown.push(`nothing is named \`${shown}\` here`);
    return shown;
  }
  const [ourRoot = "", name = ""] = named.split(".");
  const known = KNOWN_NAMES[ourRoot];
  if (known !== undefined && !known.includes(name)) {
    unknown.push(`BookingBug is not known to send \`${named}\`; look at a notification with \`mapping preview\``);
  }
  return [named, ...rest].join(".");
}
