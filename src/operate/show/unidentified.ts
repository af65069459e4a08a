/** Why a booking was written without its person, in words. */
import type { UnidentifiedEntry } from "../../synclog/entries.ts";

export function unidentifiedSentence({ section, bookingId, matchedBy, why }: UnidentifiedEntry): string {
  const whose = bookingId === undefined ? "" : ` for booking ${bookingId}`;
  if (why === "not_there") {
    const by = ["our id", ...matchedBy].join(" or ");
    return `no ${section}${whose}: the CRM has none by ${by}, and the mapping makes none (create: never)`;
  }
  const lacking = matchedBy.length === 0 ? "no id" : `neither an id nor anything for ${matchedBy.join(" or ")}`;
  return `no ${section}${whose}: BookingBug gave ${lacking}`;
}
