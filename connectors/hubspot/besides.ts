/** What is read only as well keeps nothing from being found: where HubSpot refuses to show some of it, it is asked without. */
import { CrmError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import type { Found, LookUp } from "./look-up.ts";

/** Milliseconds until it is tried again: somebody may have granted the scope. */
const FORGET_MS = 60 * 60_000;

type Answers = readonly (Found | Error)[];

interface Besides {
  ask(
    lookUp: LookUp,
    permit: Permit,
    send: (lookUp: LookUp, permit: Permit | undefined) => Promise<Answers>,
  ): Promise<Answers>;
}

export function createBesides(now: () => number = Date.now): Besides {
  const refusedUntil = new Map<string, number>();
  return {
    async ask(lookUp, permit, send) {
      const alone = { ...lookUp, also: [] };
      const mayNot = (refusedUntil.get(lookUp.object) ?? 0) > now();
      if (mayNot || lookUp.also.length === 0) return await send(alone, permit);
      const answers = await answersOf(send(lookUp, permit));
      if (!answers.some(isForbidden)) return answers;
      const without = await send(alone, undefined);
      if (!without.some(isForbidden)) refusedUntil.set(lookUp.object, now() + FORGET_MS);
      return without;
    },
  };
}

/** Refused as a whole, or each. */
async function answersOf(sent: Promise<Answers>): Promise<Answers> {
  return await sent.catch((error: unknown) => {
    if (isForbidden(error)) return [error];
    throw error;
  });
}

function isForbidden(answer: unknown): answer is CrmError {
  return answer instanceof CrmError && answer.status === 403;
}
