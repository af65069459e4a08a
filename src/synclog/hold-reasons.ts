/** Why something waits for a person, and everything that is said about it. */
import { BOOKING_HOLD_REASONS } from "../booking/types.ts";
import { type HoldEntry, PICK_REASONS } from "./entries.ts";

type HoldReason = HoldEntry["reason"];

export const HOLD_REASONS = [...PICK_REASONS, "look_up", ...BOOKING_HOLD_REASONS] as const;

export const HOLD_TITLES: Readonly<Record<HoldReason, string>> = {
  several_match: "Several CRM records match one person",
  duplicate_rule: "A duplicate rule of the CRM refuses a person",
  look_up: "What the mapping looks up is not there, or not one",
  cancellation_ambiguous: "A cancellation does not say which booking it means",
  cancellation_unconfirmed: "A cancellation only names its booking, and nothing confirms it",
  absent_from_notification: "A booking is missing from the newest notification",
};

interface HoldWords {
  /** For whoever reads that it waits. */
  readonly sentence: string;
  readonly nextStep: string;
  /** For whoever answers. */
  readonly question: string;
  readonly hint: string;
}

export function holdWords(hold: HoldEntry): HoldWords {
  switch (hold.reason) {
    case "several_match":
      return {
        sentence: `${hold.candidates.length} ${hold.object} records match this person: ${hold.candidates.join(", ")}.`,
        nextStep: "Next: merge them in the CRM, or pick one, then retry.",
        question: `Which ${hold.object} is this person?`,
        hint: "Several match. The one you pick is used for this person from now on; the others are left as they are.",
      };
    case "duplicate_rule":
      return {
        sentence: `A duplicate rule of the CRM refuses a new ${hold.object}, which it takes for ${hold.candidates.join(", ")}.`,
        nextStep:
          "Next: pick the one that it is, or, where it is none of them, let the integration user save past the rule; then retry.",
        question: `Which ${hold.object} is this person?`,
        hint:
          "A duplicate rule of the CRM takes this person for one of these. The one you pick is used for this person from now " +
          "on; the others are left as they are.",
      };
    case "look_up":
      return {
        sentence:
          hold.found.length === 0
            ? `The mapping's \`${hold.section}\` finds no ${hold.object} in the CRM.`
            : `The mapping's \`${hold.section}\` finds ${hold.found.length} ${hold.object} records: ${hold.found.join(", ")}.`,
        nextStep: "Next: make it one in the CRM, or change `find`, `several` or `none` of that section; then retry.",
        question: `Which ${hold.object} is meant?`,
        hint: "The mapping's `find` has to find exactly one. Once the CRM has it so, press retry.",
      };
    case "cancellation_ambiguous":
      return {
        sentence: "BookingBug reported a cancellation without saying which of several bookings is cancelled.",
        nextStep:
          "Next: look the purchase up in BookingBug, then decide for each booking, or set UNFLAGGED_CANCELLATION to " +
          "`listed` or `missing`.",
        question: "Which booking was cancelled?",
        hint:
          "BookingBug reported a cancellation without saying which booking it means. Look the purchase up in BookingBug, " +
          "then decide.",
      };
    case "cancellation_unconfirmed":
      return {
        sentence: "BookingBug posted the number of a booking as cancelled, and has not confirmed it.",
        nextStep: "Next: look it up in BookingBug, then decide whether it is cancelled.",
        question: "Is the booking that was named cancelled?",
        hint:
          "BookingBug posted no more than the booking's number to the cancellation URL, and its API did not say whether it " +
          "takes place. Look it up in BookingBug, then decide.",
      };
    case "absent_from_notification":
      return {
        sentence: "A future booking is missing from BookingBug's newest notification of its purchase.",
        nextStep:
          "Next: look it up in BookingBug, then decide whether it is cancelled, or set ABSENT_BOOKING to `cancel`.",
        question: "Is the booking that went missing cancelled?",
        hint:
          "BookingBug's newest notification of this purchase no longer lists it. Look the purchase up in BookingBug, " +
          "then decide.",
      };
  }
}
