/**
 * While Redis cannot be reached no page has anything to show: each says so at once, instead of after the patience of
 * whatever it would have asked, some of which waits for ever.
 */
import type { RequestHandler, Response } from "express";
import { awayPage } from "./views/away.ts";

/** Redis answers in a millisecond; who waits for a page is told after this. */
const PATIENCE_MS = 700;
/** It may go while a page is made. */
const LOOK_MS = 700;

/** @param ping asks Redis for a sign of life */
export function whileRedisAnswers(ping: () => Promise<unknown>): RequestHandler {
  return async (request, response, next) => {
    // Who has not signed in yet is asked to, which takes no Redis.
    if (!request.headers.authorization) return next();
    if (!(await answers(ping))) return tell(request.method, response);
    const timer = setInterval(() => void look(), LOOK_MS);
    response.once("close", () => clearInterval(timer));
    async function look(): Promise<void> {
      if ((await answers(ping)) || response.headersSent) return;
      clearInterval(timer);
      tell(request.method, response);
    }
    next();
  };
}

/** Asked again where the answer took far longer than the patience: this process stood still then, and what Redis said lay in the socket. */
async function answers(ping: () => Promise<unknown>): Promise<boolean> {
  for (;;) {
    const asked = performance.now();
    if (await answersInTime(ping)) return true;
    if (performance.now() - asked < 2 * PATIENCE_MS) return false;
  }
}

async function answersInTime(ping: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const pong = ping().then(
    () => true,
    () => false,
  );
  const isThere = await Promise.race([pong, late]);
  clearTimeout(timer);
  return isThere;
}

function tell(method: string, response: Response): void {
  const { styleNonce } = response.locals as { styleNonce: string };
  response
    .status(503)
    .setHeader("Retry-After", "5")
    .type("html")
    .send(awayPage({ changes: method !== "GET" && method !== "HEAD", styleNonce }).text);
}
