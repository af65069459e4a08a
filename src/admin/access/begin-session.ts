/** How a session begins and ends for a browser, however somebody signed in. */
import type { Request, Response } from "express";
import type { Audit } from "../../audit/audit.ts";
import type { Person } from "../../people/person.ts";
import type { Session, Sessions } from "../../people/sessions.ts";
import { sessionCookie } from "./session-cookie.ts";

/** A session of its own for each sign-in, whatever the browser brought: nobody signs in to one that another has chosen. */
export async function beginSession(
  { sessions, audit }: { readonly sessions: Sessions; readonly audit: Pick<Audit, "note"> },
  entered: {
    readonly request: Request;
    readonly response: Response;
    readonly person: Person;
    readonly by: Session["by"];
  },
): Promise<void> {
  const { request, response, person, by } = entered;
  const before = sessionCookie.read(request);
  const id = await sessions.begin(person, by);
  if (before !== undefined) await sessions.end(before);
  sessionCookie.set(request, response, id);
  await noteSignIn(audit, request, person.name, "sign_in");
}

export async function noteSignIn(
  audit: Pick<Audit, "note">,
  request: Request,
  who: string,
  what: "sign_in" | "sign_out" | "no_role",
): Promise<void> {
  const outcome = what === "no_role" ? "refused" : "done";
  await audit.note({ who, from: request.ip ?? "", what, on: {}, outcome });
}
