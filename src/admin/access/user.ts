/** Who is signed in, as pages know them. */
import type { Response } from "express";
import type { Role } from "../../config/roles.ts";

export interface SignedIn {
  readonly name: string;
  readonly role: Role;
  /** What forms are bound to; undefined for who sends Basic credentials along and cannot be signed out. */
  readonly session: string | undefined;
}

export function setUser(response: Response, user: SignedIn): void {
  response.locals.user = user;
  response.locals.username = user.name;
}

/** Behind the sign-in there is always one. */
export function userOf(response: Response): SignedIn {
  return (response.locals as { readonly user: SignedIn }).user;
}
