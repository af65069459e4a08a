/** The kinds of calls of HubSpot's published contract, by method and path ("CRM objects", "Associations", "Properties", "Owners"). */
import type { SandboxRequest } from "../../sandbox/crm.ts";

const PATHS: readonly (readonly [kind: string, path: RegExp])[] = [
  ["objects", /^\/crm\/objects\/\d{4}-\d{2}\/[^/]+(\/.*)?$/],
  ["objects", /^\/crm\/v3\/objects\/[^/]+(\/.*)?$/],
  ["properties", /^\/crm\/properties\/\d{4}-\d{2}\/[^/]+(\/.*)?$/],
  ["properties", /^\/crm\/v3\/properties\/[^/]+(\/.*)?$/],
  ["associations", /^\/crm\/associations\/\d{4}-\d{2}\/[^/]+\/[^/]+(\/.*)$/],
  ["owners", /^\/crm\/v3\/owners(\/.*)?$/],
  ["associations", /^\/crm\/v4\/associations\/[^/]+\/[^/]+(\/.*)$/],
];

/** Beside HubSpot's own id, a record's place in the path takes any value of the property that `idProperty` names. */
const IDS: Readonly<Record<string, RegExp>> = { objects: /^\/(?!search$|merge$)[^/]+$/ };
const ID = /^\/\d+$/;

/** The call that a request is, as `POST objects /batch/read`; of a path that the contract lacks, method and path. */
export function callOf({ method, path }: Pick<SandboxRequest, "method" | "path">): string {
  const found = PATHS.find(([, pattern]) => pattern.test(path));
  if (found === undefined) return `${method} ${path}`;
  const [kind, pattern] = found;
  const rest = pattern.exec(path)?.[1] ?? "";
  return `${method} ${kind} ${rest.replace(IDS[kind] ?? ID, "/{id}")}`.trimEnd();
}
