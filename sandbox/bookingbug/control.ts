/** How a person, and other processes, book, move and cancel in the make-believe BookingBug: JSON or a form, under `/bookingbug`. */
import { z } from "zod";
import type { SandboxAnswer, SandboxRequest } from "../crm.ts";
import type { BookingBugSandbox } from "./index.ts";
import { renderBookingBug } from "./page.ts";

const id = z.coerce.number().int().positive();
/** As a form's field has it too, which is in UTC then. */
const moment = z
  .string()
  .max(40)
  .transform((text) => new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`))
  .refine((date) => !Number.isNaN(date.getTime()), "no time such as 2026-12-01T10:00Z");
const word = z.string().max(200).optional();

const bookBody = z.object({
  start: z.union([moment.transform((start) => [start]), z.array(moment).min(1).max(100)]),
  companyId: id.optional(),
  service: word,
  first_name: word,
  last_name: word,
  email: word,
});
const moveBody = z.object({ bookingId: id, start: moment });
const cancelBody = z.object({ bookingId: id });
const callbacksBody = z.object({ callbacks: z.enum(["on", "off"]) });

export const ownsControl = (path: string): boolean => path === "/bookingbug" || path.startsWith("/bookingbug/");

export function handleBookingBug(request: SandboxRequest, bookingbug: BookingBugSandbox): SandboxAnswer {
  try {
    return answerTo(request, bookingbug);
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { status: 400, body: { message } };
  }
}

/** @throws Error that says what is wrong with the body, or that there is no such booking */
function answerTo(request: SandboxRequest, bookingbug: BookingBugSandbox): SandboxAnswer {
  const wantsPage = isForm(request) || /text\/html/.test(String(request.headers.accept ?? ""));
  if (request.method === "GET" && request.path === "/bookingbug") {
    if (!wantsPage) return { status: 200, body: { callbacks: bookingbug.callbacks, bookings: bookingbug.bookings() } };
    const headers = { "content-type": "text/html; charset=utf-8" };
    return { status: 200, body: renderBookingBug(bookingbug, new Date()), headers };
  }
  const answer = request.method === "POST" ? change(request, bookingbug) : undefined;
  if (answer === undefined) return { status: 404, body: { message: "The sandbox's BookingBug knows no such path." } };
  return wantsPage ? { status: 303, headers: { location: "/bookingbug" } } : { status: 200, body: answer };
}

function change(request: SandboxRequest, bookingbug: BookingBugSandbox): unknown {
  const said = saidIn(request);
  switch (request.path) {
    case "/bookingbug/book": {
      const { start, companyId, service, ...person } = bookBody.parse(said);
      const client = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined));
      return bookingbug.book({ starts: start, ...(companyId && { companyId }), ...(service && { service }), client });
    }
    case "/bookingbug/move": {
      const { bookingId, start } = moveBody.parse(said);
      bookingbug.move(bookingId, start);
      return { bookingId };
    }
    case "/bookingbug/cancel": {
      const { bookingId } = cancelBody.parse(said);
      bookingbug.cancel(bookingId);
      return { bookingId };
    }
    case "/bookingbug/callbacks":
      bookingbug.callbacks = callbacksBody.parse(said).callbacks;
      return { callbacks: bookingbug.callbacks };
    default:
      return undefined;
  }
}

function isForm({ headers }: SandboxRequest): boolean {
  return String(headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}

/** A field of a form that is left blank says nothing. */
function saidIn(request: SandboxRequest): unknown {
  if (!isForm(request)) return JSON.parse(request.body);
  const fields = [...new URLSearchParams(request.body)].filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(fields);
}
