/** What a viewer is answered who presses a button that is not there for them. */
import type { RequestHandler } from "express";
import { PageError } from "../page.ts";
import { type SignedIn, userOf } from "./user.ts";

/** @throws PageError that says who to ask */
export function refuseViewer({ name, role }: SignedIn): void {
  if (role === "operator") return;
  throw new PageError(
    403,
    `You are signed in as ${name}, who may look and change nothing. Ask an operator to do it, or whoever runs this ` +
      "service to make you one.",
  );
}

export function operatorsOnly(): RequestHandler {
  return (_request, response, next) => {
    refuseViewer(userOf(response));
    next();
  };
}
