/** Slips with what is a list of bookings, or a booking beside the one that is written. */
import { KNOWN_NAMES } from "../booking/known-names.ts";
import { nearest } from "./problems.ts";

const ALL = /^purchase\.bookings(?:\.(?!size\b|first\b|last\b)(\w{1,60}))?$/;
const ONE = /^client\.(?:first|last|next)_booking$/;
const NAMED = /\b(client\.(?:first|last|next)_booking)\.(\w{1,60})/g;

/** @returns what is wrong with an expression or a template */
export function listSlipsIn(text: string): string[] {
  const listed = ALL.exec(text.trim());
  if (listed !== null) {
    const name = listed[1] ?? "full_describe";
    return [`\`purchase.bookings\` is a list; write \`purchase.bookings | map: "${name}" | join: ", "\``];
  }
  const [one] = ONE.exec(text.trim()) ?? [];
  if (one !== undefined) return [`\`${one}\` is a whole booking; name something in it, such as \`${one}.start_at\``];
  const known = KNOWN_NAMES.booking ?? [];
  return [...text.matchAll(NAMED)].flatMap(([, path = "", name = ""]) => {
    const [near] = known.includes(name) ? [] : nearest(name, known, name.length < 6 ? 1 : 2);
    return near === undefined
      ? []
      : [`a booking has no \`${name}\` that we know of; did you mean \`${path}.${near}\`?`];
  });
}
