/**
 * Where the system is known to do otherwise than the rules, which the test lets pass. Who mends one takes it out of here.
 */
import type { Crm } from "./order-crms.ts";
import type { Weather } from "./order-events.ts";
import { heldIn } from "./order-play.ts";
import type { Kept, Scene } from "./order-records.ts";
import { type Field, isSame, mayWrite, type Overwritten } from "./order-rules.ts";

/**
 * Of `report` nobody reads what a notification writes over. Where the answer to a write was lost, the pass that writes once
 * more finds our value, and tells that one.
 */
export function mayBeUntold({ rule }: Overwritten, weather: Weather): boolean {
  return rule === "report" || (rule === "bookingbug" && weather !== "calm");
}

/**
 * A person of whom a write has failed, whatever of, is written anew as a whole by the next pass, which tells nothing of that: over
 * edits of fields of which BookingBug says nothing new, too.
 */
export function allowRewritten(scene: Scene, crm: Crm, record: Kept, weather: Weather): void {
  if (weather === "calm" || record.of !== "person") return;
  const held = heldIn(scene.player.system, crm, record.of, record.key)?.slots;
  for (const [name, field] of record.model.fields) {
    if (mayWrite(field) && held?.get(name) === field.says)
      Object.assign(field, { holds: field.says, wrote: field.says, granted: [] });
  }
}

/** Who is made again for a purchase that says nothing new of them gets what was written once, and not what is said now. */
export function allowOlderOnce(scene: Scene, crm: Crm, record: Kept, before: ReadonlyMap<string, Field>): void {
  const held = heldIn(scene.player.system, crm, record.of, record.key)?.slots;
  for (const [name, field] of record.model.fields) {
    const wrote = before.get(name)?.wrote;
    if (field.rule !== "once" || wrote === undefined || !isSame(wrote, held?.get(name) ?? "")) continue;
    Object.assign(field, { holds: wrote, wrote });
  }
}
