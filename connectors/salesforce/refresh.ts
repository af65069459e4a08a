/**
 * Signing in by a refresh token, which Salesforce may change with each use ("Refresh Token Rotation"): the one before is
 * worthless then. So it is used by one process at a time, and what is refused is compared with the newest there is.
 */
import { CrmError, UnauthorisedError } from "../errors.ts";
import { type ChainStart, keptNowhere, type TokenChain, type TokenChains, type TokenUse } from "../tokens.ts";
import type { SalesforceAuth } from "./choose-auth.ts";

/** @returns the chain of the refresh token; undefined where another way to sign in is configured */
export function chainFor(auth: SalesforceAuth, chains: TokenChains = keptNowhere): TokenChain | undefined {
  if (auth.kind !== "refresh_token") return undefined;
  const { clientSecret, refreshToken: first } = auth;
  // An app without a secret leaves the configured token, which is a secret too and, once exchanged, good for nothing else.
  const start: ChainStart = { first, secret: clientSecret ?? first };
  return chains(start);
}

/** @param ask exchanges a refresh token for a session. @throws CrmError */
export async function renew<Session>(
  chain: TokenChain,
  ask: (refreshToken: string) => Promise<{ session: Session; rotated: string | undefined }>,
): Promise<Session> {
  let used: string | undefined;
  const exchange = () =>
    chain.exchange(async (use) => {
      used = use.token;
      try {
        const { session, rotated } = await ask(use.token);
        return { value: session, next: rotated };
      } catch (error) {
        throw withReason(error, use);
      }
    });
  try {
    return await exchange();
  } catch (error) {
    // Somebody else may have exchanged it although we had it for ourselves: a lock ends with whoever stands still.
    if (!isEnded(error) || (await chain.load()) === used) throw error;
    return await exchange();
  }
}

function isEnded(error: unknown): error is UnauthorisedError {
  return error instanceof UnauthorisedError && error.code === "invalid_grant";
}

function withReason(error: unknown, { unanswered }: TokenUse): unknown {
  if (!(error instanceof CrmError) || unanswered === undefined || !isEnded(error)) return error;
  const { code = "", status, requestId } = error;
  const when = unanswered.toISOString().slice(0, 16);
  const reason =
    `${error.message.replace(/\.?$/, ".")} The token was used at ${when}Z, and the answer was lost, perhaps with the ` +
    "token that came in its place. Sign the integration user in anew and set SALESFORCE_REFRESH_TOKEN to the new token.";
  return new UnauthorisedError(reason, { code, ...(status !== undefined && { status }), requestId, cause: error });
}
