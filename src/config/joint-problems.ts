/** What is wrong with settings that are each fine and do not go together. */
import { parseRedisUrl } from "../redis/url.ts";
import type { ConfigProblem } from "./config-error.ts";
import type { VariablesSet } from "./environment.ts";
import { jointSettings } from "./joint-settings.ts";
import { textOf } from "./read-settings.ts";
import { settings } from "./settings.ts";

export function jointProblems(set: VariablesSet): readonly ConfigProblem[] {
  return [redisOfProduction(set), prefixOfCluster(set), halfAPair(set)].filter((problem) => problem !== undefined);
}

function redisOfProduction(set: VariablesSet): ConfigProblem | undefined {
  const { nodeEnv, redisUrl } = jointSettings;
  if (textOf(nodeEnv, set)?.trim() !== "production" || textOf(redisUrl, set) !== undefined) return undefined;
  const message = "missing; in production set it to a Redis with persistence, since this machine's disk is not kept";
  return { variable: redisUrl.name, message };
}

function prefixOfCluster(set: VariablesSet): ConfigProblem | undefined {
  const isCluster = parseRedisUrl(textOf(jointSettings.redisUrl, set) ?? "")?.kind === "cluster";
  if (!isCluster || /\{[^{}]+\}/.test(textOf(settings.keyPrefix, set) ?? "")) return undefined;
  const message = "a Redis Cluster keeps keys together by what is in braces; set it to such as {crm-sync}";
  return { variable: settings.keyPrefix.name, message };
}

function halfAPair(set: VariablesSet): ConfigProblem | undefined {
  const pair = [jointSettings.nextUsername, jointSettings.nextPassword];
  const [unset, other] = pair.filter((setting) => textOf(setting, set) === undefined);
  if (unset === undefined || other !== undefined) return undefined;
  const both = pair.map(({ name }) => name).join(" and ");
  return { variable: unset.name, message: `missing; set ${both} both, or neither` };
}
