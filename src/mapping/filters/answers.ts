/**
 * Filters for custom questions. BookingBug writes an answer in two shapes: a booking's has `question_id`,
 * `question_text` and `value`; a client's and a summary's `question_id`, `name` and `answer`.
 */

import { isYes } from "../../booking/yes.ts";
import { clean, isNothing } from "./text.ts";

interface Answer {
  readonly questionId: string | undefined;
  readonly question: string | undefined;
  readonly value: unknown;
  readonly adminOnly: boolean;
}

/**
 * @param question the question's id, or its text (JRNI: its slug) in any case
 * @param staffAnswers what only staff see, when it was asked for
 */
export function answer(answers: unknown, question: unknown, staffAnswers: unknown): unknown {
  const wanted = String(question).trim();
  const usable = [...answersOf(answers).filter((one) => !one.adminOnly), ...answersOf(staffAnswers)];
  const byId = usable.filter((one) => one.questionId === wanted);
  const asked = byId.length > 0 ? byId : usable.filter((one) => one.question?.toLowerCase() === wanted.toLowerCase());
  // One that is asked of the booking and of the client is often answered once.
  return asked.find((one) => !isNothing(one.value))?.value;
}

/** Every answered question as a line of `Question: answer`; staff's own left out. */
export function answersText(answers: unknown): string | undefined {
  const lines = answersOf(answers)
    .filter((one) => !one.adminOnly && one.question !== undefined && !isNothing(one.value))
    .map((one) => `${one.question}: ${one.value}`);
  return lines.length === 0 ? undefined : lines.join("\n");
}

function answersOf(answers: unknown): Answer[] {
  if (!Array.isArray(answers)) return [];
  return answers.filter(isRecord).map((one) => ({
    questionId: isNothing(one.question_id) ? undefined : String(one.question_id),
    question: textOf(one.question_text ?? one.name),
    value: clean(one.value ?? one.answer),
    adminOnly: isYes(one.admin_only),
  }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
