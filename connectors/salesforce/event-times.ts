/** "Event": what is stored is a start and a length, and the end follows from them. A start that is written alone takes the end along. */
const TIMES = ["StartDateTime", "EndDateTime", "DurationInMinutes"];

export function reckonedTogether(object: string): readonly string[] {
  return object.toLowerCase() === "event" ? TIMES : [];
}
