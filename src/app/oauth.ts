/** Gives BookingBug tokens to post with, where it has a client to fetch them by. */
import type { Blocked } from "../admin/access/sign-in.ts";
import { createThrottle } from "../http/throttle.ts";
import { createTokenEndpoint } from "../oauth/endpoint.ts";
import { createAccessTokens } from "../oauth/tokens.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";
import type { WebAppOptions } from "./web-app.ts";

/** @returns undefined where no client is configured */
export function createOAuth(
  { config }: Pick<Base, "config">,
  { redis, keys }: Pick<Parts, "redis" | "keys">,
  tell: {
    readonly onRefused: (address: string) => void;
    readonly onBlocked: (blocked: Blocked) => Promise<unknown>;
  },
): WebAppOptions["oauth"] {
  const { oauth: client, bookingbug: users } = config;
  if (client === undefined) return undefined;
  const tokens = createAccessTokens(client);
  // Of who was kept out only a name of ours is noted: anything may have been sent.
  const ours = new Set([client.id, ...users.map(({ username }) => username)]);
  const endpoint = createTokenEndpoint({
    ...{ client, users, tokens },
    throttle: createThrottle(redis, keys, "token"),
    onRefused: tell.onRefused,
    onBlocked: ({ address, username }) =>
      tell.onBlocked({ address, username: ours.has(username) ? username : undefined }),
  });
  return { endpoint, tokens };
}
