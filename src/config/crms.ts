/** Which CRMs are chosen, each with its own variables checked. */
import type {
  Connector,
  ConnectorDefinition,
  ConnectorServices,
  EnvironmentVariable,
  PublishedLimits,
} from "../../connectors/connector.ts";
import type { ConfigProblem } from "./config-error.ts";
import { plainAddresses } from "./crm-addresses.ts";
import { chosenCrms, dailyReserve } from "./crm-settings.ts";
import type { VariablesSet } from "./environment.ts";
import { missing, problemsOf, readSetting } from "./read-settings.ts";

/** A CRM to keep in step. Its settings, secrets included, are inside `connect` and nowhere else. */
export interface ChosenCrm {
  readonly crm: string;
  readonly limits: PublishedLimits;
  /** Calls of the CRM's daily allocation left to the customer's other integrations. */
  readonly dailyReserve: number;
  /** The variables it was configured with, by name only. */
  readonly variables: readonly EnvironmentVariable[];
  readonly connect: (services: ConnectorServices) => Connector;
}

interface Choice {
  readonly crms: readonly ChosenCrm[];
  readonly problems: readonly ConfigProblem[];
}

/** Reads which CRMs are named and, for each, the connector's own variables. */
export function chooseCrms(set: VariablesSet, definitions: readonly ConnectorDefinition[]): Choice {
  const known = definitions.map(({ crm }) => crm).join(", ");
  const names = namesIn(set);
  if (names.size === 0) {
    const { variable, message } = missing(chosenCrms);
    return { crms: [], problems: [{ variable, message: `${message}: ${known}` }] };
  }
  const chosen = definitions.filter(({ crm }) => names.has(crm));
  const results = chosen.map((definition) => configure(definition, set));
  const unknown: readonly ConfigProblem[] =
    chosen.length === names.size ? [] : [{ variable: chosenCrms.name, message: `set one or several of ${known}` }];
  return {
    crms: results.flatMap((result) => result.crms),
    problems: [...unknown, ...results.flatMap((result) => result.problems)],
  };
}

/** The names that are set, of CRMs that there are and of others. */
export function namesIn(set: VariablesSet): ReadonlySet<string> {
  const reading = readSetting(chosenCrms, set);
  return new Set(reading.kind === "valid" ? reading.value : []);
}

function configure(definition: ConnectorDefinition, set: VariablesSet): Choice {
  const { crm, limits, environment } = definition;
  const own = Object.fromEntries(environment.map(({ name }) => [name, set[name]]));
  const parsed = definition.settings.safeParse(own);
  const reserve = readSetting(dailyReserve(crm), set);
  const names = environment.map(({ name }) => name);
  const plain = plainAddresses(set, names);
  if (!parsed.success || reserve.kind === "invalid" || plain.length > 0) {
    const theirs = (parsed.error?.issues ?? []).map((issue) => ownProblem(crm, issue));
    return { crms: [], problems: [...theirs, ...plain, ...problemsOf(reserve)] };
  }
  const settings = parsed.data;
  const connect: ChosenCrm["connect"] = (services) => definition.connect(settings, services);
  const variables = environment.filter(({ name }) => own[name] !== undefined);
  return { crms: [{ crm, limits, variables, dailyReserve: reserve.value, connect }], problems: [] };
}

/** A connector's issue names its variable by path, or at the head of its message. */
function ownProblem(crm: string, issue: { path: PropertyKey[]; message: string }): ConfigProblem {
  const [head] = issue.path;
  if (head !== undefined) return { variable: String(head), message: issue.message };
  const named = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(issue.message);
  return named?.[1] && named[2] ? { variable: named[1], message: named[2] } : { variable: crm, message: issue.message };
}
