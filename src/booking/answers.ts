/**
 * Custom answers, and which of them are for staff alone. BookingBug marks those `admin_only` in a list of answers, but
 * repeats them without the mark in its summaries, so that those are told by the question's id.
 */
import type { CleanObject } from "./types.ts";
import { isYes } from "./yes.ts";

export interface SplitAnswers {
  /** The booking's, its survey's and the client's, in that order. */
  readonly open: readonly CleanObject[];
  readonly staff: readonly CleanObject[];
}

export function splitAnswers(lists: readonly unknown[]): SplitAnswers {
  const all = lists.flatMap(listOf);
  return { open: all.filter((answer) => !isForStaff(answer)), staff: all.filter(isForStaff) };
}

const LISTS = ["answers", "survey_answers", "answers_summary", "survey_answers_summary"];

/** A booking or client without what only staff see in any of the shapes that BookingBug repeats it in. */
export function withoutStaffAnswers(body: CleanObject, staff: readonly CleanObject[]): CleanObject {
  if (staff.length === 0) return body;
  const ids = new Set(staff.map((answer) => String(answer.question_id)));
  const kept = LISTS.filter((name) => Array.isArray(body[name])).map((name) => {
    const answers = listOf(body[name]).filter((one) => !isForStaff(one) && !ids.has(String(one.question_id)));
    return [name, answers] as const;
  });
  const { questions } = body;
  const byId = typeof questions === "object" && questions !== null ? Object.entries(questions) : [];
  // A member has each answer once more, as `dt17353`.
  const own = Object.entries(body).filter(([key]) => !(key.startsWith("dt") && ids.has(key.slice(2))));
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(kept),
    ...(questions !== undefined && { questions: Object.fromEntries(byId.filter(([id]) => !ids.has(id))) }),
  };
}

/** JRNI's answers, which name a question by its text or a slug of it, in the words of those that are known to have its id. */
export function joinedAnswers(known: unknown, said: unknown): unknown {
  const named = listOf(known).filter(({ question_id: id }) => id !== undefined);
  if (!Array.isArray(said) || named.length === 0) return said;
  const saying = new Map(listOf(said).map((answer) => [slugOf(answer.question_text), answer]));
  const kept = named.map((answer) => {
    const slug = slugOf(answer.question_text);
    const same = saying.get(slug);
    saying.delete(slug);
    return same === undefined || String(same.value) === String(answer.value)
      ? answer
      : { ...answer, value: same.value };
  });
  return [...kept, ...saying.values()];
}

function slugOf(text: unknown): string {
  return String(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function isForStaff(answer: CleanObject): boolean {
  return isYes(answer.admin_only);
}

function listOf(value: unknown): readonly CleanObject[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}
