/** One random world: what happens in it, in the system and in the models, which have to agree after each event. */

import { expect } from "@jest/globals";
import { CRMS, type Crm, NAMES } from "./order-crms.ts";
import { BOOKING_SLOTS, type Event, type Happening, PERSON_SLOTS, type World } from "./order-events.ts";
import { allowOlderOnce } from "./order-known.ts";
import { edit, merge, remove } from "./order-people.ts";
import { bodyOf, type Player } from "./order-play.ts";
import {
  allIn,
  type Booking,
  everything,
  expectAsModelled,
  type Kept,
  recordOf,
  type Scene,
  saidOf,
  sceneOf,
} from "./order-records.ts";
import { askedIn, decided, type Overwritten, pass, renew, repaired } from "./order-rules.ts";
import { expectNothingOfOthers, expectRound, expectSeen } from "./order-told.ts";

let next = 1_000;

export interface Unfolding {
  happens(event: Event): Promise<void>;
  /** Nothing new is said: nothing is written, and nothing new is found. */
  comesToRest(): Promise<void>;
}

export async function begin(player: Player, world: World): Promise<Unfolding> {
  await player.system.reset();
  const scene = sceneOf(player, world, next);
  next += 10;
  for (const one of scene.bookings) await player.deliver("bookings", bodyOf(one), "calm");
  await expectAsModelled(scene);
  return {
    async happens({ booking, what }) {
      const one = scene.bookings[booking % scene.bookings.length];
      if (one !== undefined) await carryOut(scene, one, what);
      await expectAsModelled(scene);
    },

    async comesToRest() {
      // What a booking is linked to is brought up to date.
      await player.again(scene.ids);
      for (const one of scene.bookings) await passed(scene, one);
      await expectAsModelled(scene);
      const before = everything(scene);
      for (let time = 0; time < 2; time += 1) {
        await expectRound(scene, false);
        await player.again(scene.ids);
        expect(everything(scene)).toEqual(before);
      }
      await expectNothingOfOthers(scene);
    },
  };
}

async function carryOut(scene: Scene, booking: Booking, what: Happening): Promise<void> {
  switch (what.kind) {
    case "says":
    case "moves":
    case "cancels":
      return await says(scene, booking, what);
    case "edit":
      return edit(scene, booking, what);
    case "delete":
      return remove(scene, booking, what.of);
    case "merge":
      return merge(scene, booking, what.held);
    case "round":
      return await expectRound(scene, what.dies);
    case "repair":
      return await repair(scene);
    case "decide":
      return await decide(scene, what.which, what.take);
  }
}

type Says = Extract<Happening, { kind: "says" | "moves" | "cancels" }>;

/** Of what is cancelled BookingBug says nothing more. */
async function says(scene: Scene, booking: Booking, what: Says): Promise<void> {
  if (booking.isCancelled) return;
  if (what.kind === "moves") booking.hour = what.hour;
  if (what.kind === "cancels") booking.isCancelled = true;
  if (what.kind === "says") {
    const isPerson = what.of === "person";
    const names = isPerson ? PERSON_SLOTS : BOOKING_SLOTS;
    (isPerson ? booking.person : booking).slots.set(names[what.slot % names.length] ?? "", what.text);
  }
  const route = what.kind === "cancels" ? "cancellations" : "updates";
  await scene.player.deliver(route, bodyOf(booking), what.weather);
  await passed(scene, booking);
}

async function passed(scene: Scene, booking: Booking): Promise<void> {
  for (const crm of CRMS) {
    const person = recordOf(scene, crm, "person", booking);
    const record = recordOf(scene, crm, "booking", booking);
    await changing(scene, crm, person, () => pass(person.model, booking.person.slots));
    await changing(scene, crm, record, () => pass(record.model, saidOf(booking)));
    await linked(scene, crm, [String(booking.id)]);
  }
}

/** Whose person is another record now is linked to that one, and made for it where it is not there. */
async function linked(scene: Scene, crm: Crm, purchaseIds: readonly string[]): Promise<void> {
  for (const booking of scene.bookings.filter(({ id }) => purchaseIds.includes(String(id)))) {
    const record = recordOf(scene, crm, "booking", booking);
    const { which } = recordOf(scene, crm, "person", booking);
    if (record.which === which) continue;
    record.which = which;
    if (record.model.state !== "there") await changing(scene, crm, record, () => renew(record.model));
  }
}

async function changing(scene: Scene, crm: Crm, record: Kept, change: () => Overwritten[]): Promise<void> {
  const wasThere = record.model.state === "there";
  const overwritten = change();
  if (!wasThere && record.model.state === "there" && record.of === "person") record.which += 1;
  await expectSeen(scene, crm, record.of, overwritten);
}

async function repair(scene: Scene): Promise<void> {
  for (const crm of CRMS) {
    const purchaseIds = await scene.player.repair(crm);
    for (const one of allIn(scene, crm)) {
      const isGone = one.model.state !== "there";
      const before = structuredClone(one.model.fields);
      await changing(scene, crm, one, () => repaired(one.model));
      if (isGone && one.model.state === "there") allowOlderOnce(scene, crm, one, before);
    }
    await linked(scene, crm, purchaseIds);
  }
}

async function decide(scene: Scene, which: number, take: "bookingbug" | "crm"): Promise<void> {
  for (const crm of CRMS) {
    const asked = allIn(scene, crm).flatMap((record) => askedIn(record.model).map((name) => ({ record, name })));
    const one = asked[which % Math.max(asked.length, 1)];
    if (one === undefined) continue;
    const { record, name } = one;
    const { object, fields } = NAMES[crm][record.of];
    const place = { object, id: record.id, field: fields[name] ?? "" };
    const purchaseIds = await scene.player.decide(crm, place, take);
    await changing(scene, crm, record, () => decided(record.model, name, take));
    await linked(scene, crm, purchaseIds);
  }
}
