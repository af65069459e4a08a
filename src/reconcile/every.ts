/** How often BookingBug is compared with what is known, as the setting says it. */

/** `night`: at two in the morning, UTC. */
export type Every = "off" | "night" | { readonly everyMs: number };

const DAY_MS = 86_400_000;

/** Where nobody wants it by itself, a day is how long a walk by command counts for. */
export function everyMs(every: Every): number {
  return typeof every === "object" ? every.everyMs : DAY_MS;
}
