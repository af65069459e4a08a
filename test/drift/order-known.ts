/**
 * Where the system is known to do otherwise than the rules, which the test lets pass. Who mends one takes it out of here.
 */
import type { Crm } from "./order-crms.ts";
import { heldIn } from "./order-play.ts";
import type { Kept, Scene } from "./order-records.ts";
import { type Field, isSame, type Overwritten } from "./order-rules.ts";

/** Of `report` nobody reads what a notification writes over. */
export function mayBeUntold({ rule }: Overwritten): boolean {
  return rule === "report";
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
