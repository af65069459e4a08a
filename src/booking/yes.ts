/** Whether a flag of BookingBug's is set: a boolean, a number or a word, by the version of its server. */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(true|1|yes)$/i.test(value.trim()));
}
