/** What people do to the records of a random world, in the CRMs and in the models of those. */
import { CRMS, type Crm, NAMES, RULES } from "./order-crms.ts";
import { type Happening, type How, PERSON_SLOTS, TEXTS, type Whose } from "./order-events.ts";
import { startAt } from "./order-play.ts";
import { type Booking, recordOf, type Scene } from "./order-records.ts";
import type { Field } from "./order-rules.ts";

type Edit = Extract<Happening, { kind: "edit" }>;

export function edit(scene: Scene, booking: Booking, { of, slot, text, how }: Edit): void {
  const names = Object.keys(RULES[of]);
  const name = names[slot % names.length] ?? "";
  for (const crm of CRMS) {
    const { model, id } = recordOf(scene, crm, of, booking);
    const field = model.fields.get(name);
    if (model.state !== "there" || field === undefined) continue;
    const typed = typedIn(name, field, how, name === "start" ? startAt(5 + TEXTS.indexOf(text)) : text);
    const { object, fields } = NAMES[crm][of];
    scene.player.system.sandbox[crm].edit(object, id, { [fields[name] ?? ""]: typed === "" ? null : typed });
    field.holds = typed;
  }
}

function typedIn(name: string, { says, wrote, holds }: Field, how: How, text: string): string {
  // Nobody gives a person another address here, or takes away what a CRM insists on.
  if (name === "email") return how === "case" ? holds.toUpperCase() : holds;
  switch (how) {
    case "ours":
      return says;
    case "back":
      return wrote ?? text;
    case "case":
      return name === "start" ? holds.replace("Z", "+00:00") : swapped(holds);
    case "blanks":
      return name === "start" || holds === "" ? holds : `${holds} `;
    case "empty":
      return name === "start" || name === "last" ? text : "";
    default:
      return text;
  }
}

function swapped(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/** Not a booking and its person at once, nor who is not linked to yet: what links make of those is no question here. */
function mayGo(scene: Scene, crm: Crm, of: Whose, booking: Booking): boolean {
  const person = recordOf(scene, crm, "person", booking);
  const theirs = scene.bookings.filter((one) => one.person === booking.person);
  const records = theirs.map((one) => recordOf(scene, crm, "booking", one));
  const isSettled = person.model.state === "there" && records.every(({ which }) => which === person.which);
  return isSettled && (of === "booking" || records.every(({ model }) => model.state === "there"));
}

export function remove(scene: Scene, booking: Booking, of: Whose): void {
  for (const crm of CRMS) {
    const { model, id } = recordOf(scene, crm, of, booking);
    if (model.state !== "there" || !mayGo(scene, crm, of, booking)) continue;
    scene.player.system.sandbox[crm].remove(NAMES[crm][of].object, id);
    model.state = "deleted";
  }
}

/** Into somebody whom we have never written to. */
export function merge(scene: Scene, booking: Booking, held: readonly string[]): void {
  const slots = PERSON_SLOTS.map((slot, at) => [slot, slot === "last" ? "Survivor" : (held[at] ?? "")] as const);
  for (const crm of CRMS) {
    if (!mayGo(scene, crm, "person", booking)) continue;
    const { model, id } = recordOf(scene, crm, "person", booking);
    const { object, fields } = NAMES[crm].person;
    const filled = slots.filter(([, value]) => value !== "").map(([slot, value]) => [fields[slot] ?? "", value]);
    const crmOf = scene.player.system.sandbox[crm];
    crmOf.merge(object, crmOf.seed(object, Object.fromEntries(filled)), id);
    model.state = "merged";
    model.survivor = new Map(slots);
  }
}
