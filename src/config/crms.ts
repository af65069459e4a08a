/** Which CRMs are chosen, each with its own variables checked. */
import type {
  Connector,
  ConnectorDefinition,
  ConnectorServices,
  EnvironmentVariable,
  PublishedLimits,
} from "../../connectors/connector.ts";
import type { ConfigProblem } from "./config-error.ts";
import { missing, whole } from "./schema.ts";

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

/** Reads `CRM` and, for each CRM named there, the connector's own variables. */
export function chooseCrms(set: Readonly<Record<string, string>>, definitions: readonly ConnectorDefinition[]): Choice {
  const known = definitions.map(({ crm }) => crm).join(", ");
  const listed = (set.CRM ?? "").split(",").map((name) => name.trim().toLowerCase());
  const names = new Set(listed.filter((name) => name !== ""));
  if (names.size === 0) {
    const { variable, message } = missing("CRM");
    return { crms: [], problems: [{ variable, message: `${message}: ${known}` }] };
  }
  const chosen = definitions.filter(({ crm }) => names.has(crm));
  const results = chosen.map((definition) => configure(definition, set));
  const unknown: readonly ConfigProblem[] =
    chosen.length === names.size ? [] : [{ variable: "CRM", message: `set one or several of ${known}` }];
  return {
    crms: results.flatMap((result) => result.crms),
    problems: [...unknown, ...results.flatMap((result) => result.problems)],
  };
}

function configure(definition: ConnectorDefinition, set: Readonly<Record<string, string>>): Choice {
  const { crm, limits, environment } = definition;
  const own = Object.fromEntries(environment.map(({ name }) => [name, set[name]]));
  const parsed = definition.settings.safeParse(own);
  const reserveName = dailyReserveVariable(crm).name;
  const reserve = RESERVE.safeParse(set[reserveName] ?? "0");
  if (!parsed.success || !reserve.success) {
    return {
      crms: [],
      problems: [
        ...(parsed.error?.issues ?? []).map((issue) => ownProblem(crm, issue)),
        ...(reserve.error?.issues ?? []).map(({ message }) => ({ variable: reserveName, message })),
      ],
    };
  }
  const settings = parsed.data;
  const connect: ChosenCrm["connect"] = (services) => definition.connect(settings, services);
  const variables = environment.filter(({ name }) => own[name] !== undefined);
  return { crms: [{ crm, limits, variables, dailyReserve: reserve.data, connect }], problems: [] };
}

const RESERVE = whole(0, 100_000_000);

/** The one variable that every CRM has, whatever its connector asks for. */
export function dailyReserveVariable(crm: string): EnvironmentVariable {
  return {
    name: `${crm.toUpperCase()}_DAILY_RESERVE`,
    description: "Calls of the daily allocation that are left to your other integrations; 0 when unset",
  };
}

/** A connector's issue names its variable by path, or at the head of its message. */
function ownProblem(crm: string, issue: { path: PropertyKey[]; message: string }): ConfigProblem {
  const [head] = issue.path;
  if (head !== undefined) return { variable: String(head), message: issue.message };
  const named = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(issue.message);
  return named?.[1] && named[2] ? { variable: named[1], message: named[2] } : { variable: crm, message: issue.message };
}
