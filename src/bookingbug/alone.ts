/** For whoever asks BookingBug without the service's Redis, such as a command: turns and tokens of this process alone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Turns } from "./patience.ts";
import type { SharedTokens } from "./session.ts";

export function turnsAlone(perSecond: number): Turns {
  let notBefore = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async acquire() {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const before = last;
      last = ended;
      await before;
      for (let wait = notBefore - Date.now(); wait > 0; wait = notBefore - Date.now()) await sleep(wait);
      notBefore = Date.now() + 1_000 / perSecond;
      return end;
    },
    async holdOff(until) {
      notBefore = Math.max(notBefore, until.getTime());
    },
  };
}

export function tokensAlone(): SharedTokens {
  const tokens = new Map<string, string>();
  return (name) => ({
    load: async () => tokens.get(name),
    async renew(refused, signIn) {
      const there = tokens.get(name);
      if (there !== undefined && there !== refused) return there;
      const { token } = await signIn();
      tokens.set(name, token);
      return token;
    },
  });
}
