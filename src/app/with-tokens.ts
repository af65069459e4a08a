/** Where commands that need nothing else of Redis have the tokens that a CRM changes: in the service's own, opened when one is used. */
import { UnavailableError } from "../../connectors/errors.ts";
import type { TokenChain } from "../../connectors/tokens.ts";
import type { Config } from "../config/config.ts";
import type { EnvironmentRecord } from "../config/environment.ts";
import { SetupError } from "../config/setup-error.ts";
import type { TokensOf } from "../operate/deps.ts";
import { createKeys } from "../redis/keys.ts";
import { createTokenChains } from "../sync/token-chain.ts";
import { type ApartRedis, openApartRedis, readConfig } from "./apart-redis.ts";

/** @param work without a configuration that leads to a Redis it gets no tokens */
export async function withTokens<T>(
  environment: EnvironmentRecord,
  work: (tokens: TokensOf | undefined) => Promise<T>,
): Promise<T> {
  const reading = readConfig(environment);
  if (reading.kind === "incomplete") return await work(undefined);
  const { config } = reading;
  const one: { opening?: Promise<ApartRedis> } = {};
  const tokens: TokensOf = (crm) => (start) =>
    opened(async () => {
      one.opening ??= open(config);
      const { redis } = await one.opening;
      return createTokenChains({ redis, keys: createKeys(config.keyPrefix), crm, onError: () => {} })(start);
    });
  try {
    return await work(tokens);
  } finally {
    const left = await one.opening?.catch(() => undefined);
    await left?.close();
  }
}

async function open(config: Config): Promise<ApartRedis> {
  try {
    return await openApartRedis(config);
  } catch (error) {
    throw error instanceof SetupError ? new UnavailableError(error.message, { cause: error }) : error;
  }
}

function opened(open: () => Promise<TokenChain>): TokenChain {
  let chain: TokenChain | undefined;
  const get = async (): Promise<TokenChain> => {
    chain ??= await open();
    return chain;
  };
  return {
    load: async () => await (await get()).load(),
    exchange: async (work) => await (await get()).exchange(work),
    keeping: () => chain?.keeping() ?? "fixed",
  };
}
