/**
 * 403 may be about one record of a call (what stands before HubSpot dislikes its text) or about everybody (the account is banned),
 * and does not say which. Two records sent alone tell, and that it is everybody's is remembered for a while.
 */
import { bisect, type SendSome, settled } from "../bisect.ts";
import { CrmError, UnauthorisedError } from "../errors.ts";
import type { Permit } from "../lane.ts";

/** Milliseconds for which a call that is refused is not looked into. */
const EVERYBODYS_MS = 60_000;

export interface Forbidden {
  /** @throws what fails all of them alike */
  apart<Item, Answer>(
    send: SendSome<Item, Answer>,
    items: readonly Item[],
    permit: Permit | undefined,
  ): Promise<readonly (Answer | Error)[]>;
}

export function createForbidden(now: () => number = Date.now): Forbidden {
  let everybodysUntil = 0;
  return {
    async apart<Item, Answer>(
      send: SendSome<Item, Answer>,
      items: readonly Item[],
      permit: Permit | undefined,
    ): Promise<readonly (Answer | Error)[]> {
      try {
        return await send(items, permit);
      } catch (error) {
        if (!isForbidden(error) || items.length === 1 || everybodysUntil > now()) throw error;
        const known = await lookIn(send, items);
        if (![...known.values()].some(isLetIn)) {
          everybodysUntil = now() + EVERYBODYS_MS;
          throw error;
        }
        const rest = items.filter((item) => !known.has(item));
        const options = { send, isAboutSome: isForbidden, guilty: () => [] };
        const answers = rest.length === 0 ? [] : await settled<Item, Answer>(rest, (some) => bisect(options, some));
        for (const [index, item] of rest.entries()) known.set(item, answers[index] ?? error);
        return items.map((item) => known.get(item) ?? error);
      }
    },
  };
}

/** The first alone, and if need be the last: hardly ever are both the ones that are disliked. */
async function lookIn<Item, Answer>(
  send: SendSome<Item, Answer>,
  items: readonly Item[],
): Promise<Map<Item, Answer | Error>> {
  const known = new Map<Item, Answer | Error>();
  for (const item of [...items.slice(0, 1), ...items.slice(-1)]) {
    const [answer = new Error("Nothing was said.")] = await settled<Item, Answer>([item], (some) =>
      send(some, undefined),
    );
    known.set(item, answer);
    if (isLetIn(answer)) break;
  }
  return known;
}

/** What is refused for its data was read. */
function isLetIn(answer: unknown): boolean {
  return !(answer instanceof Error) || (answer instanceof CrmError && !answer.retry);
}

function isForbidden(error: unknown): error is UnauthorisedError {
  return error instanceof UnauthorisedError && error.status === 403;
}
