/** In production a CRM's credentials and people's data cross no network in the clear. */
import type { ConfigProblem } from "./config-error.ts";
import type { VariablesSet } from "./environment.ts";
import { isProduction } from "./production.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const LONGEST_URL = 2_000;

/** @param names of a connector's variables, some of which may be addresses */
export function plainAddresses(set: VariablesSet, names: readonly string[]): ConfigProblem[] {
  if (!isProduction(set)) return [];
  return names.flatMap((variable) => {
    if (!isPlain(set[variable])) return [];
    const message =
      "is plain HTTP, over which credentials and people's data can be read; set it to the https:// address";
    return [{ variable, message }];
  });
}

/** Plain HTTP that leaves the machine. */
export function isPlain(text: string | undefined): boolean {
  const url = urlOf(text);
  return url?.protocol === "http:" && !LOOPBACK.test(url.hostname);
}

function urlOf(text: string | undefined): URL | undefined {
  if (text === undefined || text.length > LONGEST_URL) return undefined;
  return URL.parse(text.trim()) ?? undefined;
}
