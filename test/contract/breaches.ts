/** What in some exchanges with HubSpot does not keep to its contract. */
import type { Exchange } from "../../sandbox/exchanges.ts";
import { answerProblem } from "./answers.ts";
import { requestProblem } from "./requests.ts";

export function breaches(exchanges: readonly Exchange[]): string[] {
  const found = exchanges.flatMap(({ request, answer }) => [
    isConnectors(request.headers) ? requestProblem(request) : undefined,
    answer && answerProblem(request, answer),
  ]);
  return [...new Set(found.filter((one) => one !== undefined))];
}

/** The connector sends what HubSpot's SDK builds; a test that asks by hand may ask for what is refused. */
function isConnectors(headers: Exchange["request"]["headers"]): boolean {
  return String(headers["user-agent"]).startsWith("hubspot-api-client-nodejs");
}
