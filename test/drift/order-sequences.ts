/** Sequences that random worlds seldom come to. */
import type { Event, Happening, How, TEXTS, Weather, Whose, World } from "./order-events.ts";
import { BOOKING_SLOTS, PERSON_SLOTS } from "./order-events.ts";

type Text = (typeof TEXTS)[number];
type Slot = (typeof PERSON_SLOTS)[number] | (typeof BOOKING_SLOTS)[number];

const of = (what: Happening, booking = 0): Event => ({ booking, what });

function placed(name: Slot): { readonly of: Whose; readonly slot: number } {
  const slots = (all: readonly string[]): number => all.indexOf(name);
  const slot = slots(PERSON_SLOTS);
  return slot >= 0 ? { of: "person", slot } : { of: "booking", slot: slots(BOOKING_SLOTS) };
}

const says = (name: Slot, text: Text, weather: Weather = "calm", booking = 0): Event =>
  of({ kind: "says", ...placed(name), text, weather }, booking);
const types = (name: Slot, text: Text, how: How = "new"): Event => of({ kind: "edit", ...placed(name), text, how });
const takes = (take: "bookingbug" | "crm"): Event => of({ kind: "decide", which: 0, take });
const round = of({ kind: "round", dies: false });
const repair = of({ kind: "repair" });
const deleted = of({ kind: "delete", of: "person" });
const otherMerged = of({ kind: "merge", held: ["", "Elm", "Elm", "Elm", "Elm", "Elm"] }, 1);
const merged = of({ kind: "merge", held: ["", "Elm", "Elm", "Elm", "Elm", "Elm"] });

const one = (...events: readonly Event[]): World => ({ people: [0], events });
const two = (...events: readonly Event[]): World => ({ people: [0, 0], events });

export const SEQUENCES: Readonly<Record<string, World>> = {
  "an answer is lost beside an edit": one(types("mobile", "Birch"), says("title", "Cedar", "lost_answer")),
  "an answer is lost over an edit": one(types("mobile", "Birch"), round, says("mobile", "Cedar", "lost_answer")),
  "an answer is lost over what is BookingBug's": one(types("last", "Birch"), says("last", "Cedar", "lost_answer")),
  "an answer is lost over what is a booking's": one(
    ...[types("resource", "Birch"), says("resource", "Cedar", "lost_answer")],
  ),
  "what is in doubt is named: an edit stays": one(
    ...[types("last", "Birch"), types("mobile", "Birch"), says("title", "Cedar", "unavailable"), round],
  ),
  "a round that dies counts each purchase once": two(of({ kind: "round", dies: true }), round),
  "an answer is lost over who is left of a merge": one(merged, says("last", "Cedar", "lost_answer")),
  "a decision came to nothing, and what it was about is typed again": one(
    ...[types("phone", "Birch"), round, types("phone", "Cedar"), takes("bookingbug"), round],
    ...[types("phone", "Birch"), says("phone", "Elm"), round],
  ),
  "an answer is lost beside an edit of a booking": one(
    ...[types("subject", "Birch"), says("staff", "Cedar", "lost_answer")],
  ),
  "an answer is lost beside what was emptied": one(
    types("title", "Birch", "empty"),
    says("last", "Cedar", "lost_answer"),
  ),
  "a write is refused for now beside an edit": one(types("mobile", "Birch"), says("title", "Cedar", "unavailable")),
  "a worker ends beside an edit": one(types("last", "Birch"), says("title", "Cedar", "worker_ends")),
  "an edit that was left is what BookingBug says": one(
    ...[types("title", "Birch"), says("title", "Cedar"), types("title", "Cedar", "ours"), round, says("title", "Elm")],
  ),
  "an edit that was left is typed as BookingBug says it beside an edit": one(
    ...[types("title", "Birch"), says("title", "Cedar"), types("title", "Cedar", "ours"), types("mobile", "Birch")],
    ...[round, says("title", "Elm")],
  ),
  "who was merged is given what BookingBug says": two(
    ...[merged, says("last", "Birch"), types("title", "Alder", "ours"), round, says("title", "Cedar")],
  ),
  "an edit that was left twice is taken back": one(
    ...[types("title", "Birch"), says("title", "Cedar"), says("title", "Elm")],
    ...[types("title", "Birch", "back"), round, says("title", "Cedar"), round],
  ),
  "an edit that is asked about is taken back after it was left": one(
    ...[types("phone", "Birch"), says("phone", "Cedar"), types("phone", "Birch", "back"), round],
    ...[says("phone", "Elm"), round],
  ),
  "a report is repaired beside what is BookingBug's": one(
    ...[types("mobile", "Birch"), types("last", "Cedar"), round, repair, round],
  ),
  "somebody takes BookingBug's word": one(types("phone", "Birch"), round, takes("bookingbug"), round),
  "somebody takes the CRM's word, and then BookingBug's": one(
    ...[types("phone", "Birch"), round, takes("crm"), round, takes("bookingbug"), round],
  ),
  "the CRM's word was taken of an edit that is taken back": one(
    ...[types("phone", "Birch"), round, takes("crm"), types("phone", "Birch", "ours"), round],
    ...[types("phone", "Cedar"), round],
  ),
  "the CRM's word was taken, and BookingBug says something else and the same again": one(
    ...[types("phone", "Birch"), round, takes("crm"), says("phone", "Elm"), says("phone", "Alder"), round],
  ),
  "somebody takes BookingBug's word over what is not there any more": one(
    ...[types("phone", "Birch"), round, types("phone", "Cedar"), takes("bookingbug"), round],
    ...[types("phone", "Birch"), round, says("phone", "Elm"), round],
  ),
  "what is written once is made again by a purchase that says nothing new": two(
    ...[says("city", "Birch", "calm", 1), deleted, round, repair],
  ),
  "a field that a rule keeps is emptied": one(types("zip", "Birch", "empty"), round, says("zip", "Cedar"), round),
  "a decision and a repair meet a deletion": one(
    ...[types("phone", "Birch"), types("last", "Birch"), round, deleted, takes("bookingbug"), repair, round],
  ),
  "two who were merged are repaired": { people: [1, 0], events: [merged, otherMerged, round, repair, round] },
  "who was merged is repaired and decided": two(merged, round, repair, round, takes("crm"), round),
};
