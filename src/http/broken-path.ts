/** An address that cannot be read is the sender's mistake, whatever it would have led to. */
import type { RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

/** Answers 400 where a percent sign stands for no character, or the address is none at all. */
export function readablePaths(): RequestHandler {
  return (request, response, next) => {
    if (isReadable(request.originalUrl, request.path)) return next();
    const detail = "The request's address cannot be read. Next: write each % in it as %25.";
    sendProblem(response, { status: 400, title: "Bad Request", detail });
  };
}

function isReadable(url: string, path: string): boolean {
  if (!URL.canParse(url, "http://here")) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
