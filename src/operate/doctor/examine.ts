/**
 * Whether this service could work with a CRM, as things are now: credentials, limits, what the mapping needs. Reads only;
 * each step that fails makes the later ones say nothing, so that one cause makes one finding.
 */
import type {
  CallReport,
  Connector,
  ConnectorDefinition,
  LimitReport,
  ObjectDescription,
} from "../../../connectors/connector.ts";
import type { ChosenCrm } from "../../config/crms.ts";
import { chooseCrms } from "../../config/crms.ts";
import { codedNotes } from "../../mapping/coded.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { guideFor } from "../crm-remedy.ts";
import type { TokensOf } from "../deps.ts";
import { judgeWith, objectsOf, readMetadata } from "../mapping-check.ts";
import { explain } from "./explain.ts";
import { type Finding, ill, type Report, well } from "./finding.ts";

export interface Patient {
  readonly definition: ConnectorDefinition;
  /** The variables that are set. */
  readonly environment: Readonly<Record<string, string>>;
  /** The mapping files that are for this CRM. */
  readonly mappings: readonly Mapping[];
  readonly tokens: TokensOf | undefined;
}

/** What the examined CRM can be treated with further. */
export interface Examined {
  readonly connector: Connector;
  readonly chosen: ChosenCrm;
  /** The calls that were made since it was last asked. */
  takeCalls(): CallReport[];
  /** What the CRM has said of its limits. */
  readonly limits: ReadonlyMap<LimitReport["window"], LimitReport>;
}

const REQUEST_MS = 30_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
/** Below this share of the day's calls, an integration that needs a few for every booking will soon stand still. */
const FEW = 0.05;
/** Nobody has this id; looking for it shows that looking is allowed. */
const NOBODY = "crm-sync-doctor-nobody";

/** @returns undefined when something is not well */
export async function examine(patient: Patient, report: Report): Promise<Examined | undefined> {
  const chosen = configured(patient, report);
  if (chosen === undefined) return undefined;
  const calls: CallReport[] = [];
  const limits = new Map<LimitReport["window"], LimitReport>();
  const pacer = {
    acquire: async () => () => {},
    observe: (limit: LimitReport) => void limits.set(limit.window, limit),
  };
  const onCall = (call: CallReport) => void calls.push(call);
  const tokens = patient.tokens?.(chosen.crm);
  const connector = chosen.connect({ pacer, log: silent, onCall, requestTimeoutMs: REQUEST_MS, tokens });
  const steps = [
    () => signIn(connector),
    () => needs(patient, connector),
    () => lookUps(patient, connector),
    async () => [allowance(limits, chosen.dailyReserve)],
  ];
  for (const step of steps) {
    const findings = await attempt(step, chosen);
    for (const finding of findings) report(finding);
    if (findings.some(({ ok }) => !ok)) return undefined;
  }
  return { connector, chosen, takeCalls: () => calls.splice(0), limits };
}

function configured({ definition, environment }: Patient, report: Report): ChosenCrm | undefined {
  const { crms, problems } = chooseCrms({ ...environment, CRM: definition.crm }, [definition]);
  for (const { variable, message } of problems) {
    report(ill(`${variable}: ${message}.`, `set it; ${guideFor(definition)} says where to find it.`));
  }
  const [chosen] = crms;
  if (chosen !== undefined) report(well(`configured by ${chosen.variables.map(({ name }) => name).join(", ")}`));
  return chosen;
}

async function attempt(step: () => Promise<Finding[]>, chosen: ChosenCrm): Promise<Finding[]> {
  try {
    return await step();
  } catch (error) {
    return [explain("a request failed", error, chosen)];
  }
}

async function signIn(connector: Connector): Promise<Finding[]> {
  await connector.probe();
  return [well("the credentials are accepted"), ...tokenFindings(connector)];
}

function tokenFindings({ tokenKeeping }: Connector): Finding[] {
  switch (tokenKeeping?.()) {
    case "kept":
      return [well("the refresh token changes with each sign-in, and the newest is kept in Redis, encrypted")];
    case "lost": {
      const next = "sign in anew, set the new refresh token, and run this with the service's whole configuration.";
      const why = "the refresh token changes with each sign-in, and there is no Redis that the newest is kept in";
      return [
        ill(`${why}: the service cannot sign in again after a restart, and the token that is set is used up.`, next),
      ];
    }
    default:
      return [];
  }
}

/** Objects, fields, permissions and external ids, as the mapping names them. */
async function needs({ definition, mappings }: Patient, connector: Connector): Promise<Finding[]> {
  if (mappings.length === 0) {
    return [ill("no mapping file is for this CRM.", `add one with \`crm: ${definition.crm}\`, or take it out of CRM.`)];
  }
  const metadata = await readMetadata(connector, objectsOf(mappings));
  const { problems, warnings } = await judgeWith(metadata, mappings, connector);
  if (problems.length > 0) {
    const next = `change the mapping there, or the CRM as ${guideFor(definition)} says.`;
    return problems.map(({ file, line, column, message }) => ill(`${file}:${line}:${column}: ${message}.`, next));
  }
  const fitting = [...metadata.objects].flatMap(([object, description]) =>
    "fields" in description ? [fits(object, description), ...costs(object, description, mappings)] : [],
  );
  const suspected = warnings.map(({ file, line, column, message }) => `warning: ${file}:${line}:${column}: ${message}`);
  const noted = mappings.flatMap((mapping) => codedNotes(mapping, metadata.objects));
  return [...fitting, ...[...suspected, ...noted].map(well)];
}

function fits(object: string, { fields }: ObjectDescription): Finding {
  return well(`${object} has all that the mapping needs (${fields.size} fields seen)`);
}

function costs(object: string, { fields }: ObjectDescription, mappings: readonly Mapping[]): Finding[] {
  const keys = mappings.flatMap(({ sections }) => sections.filter((section) => section.object === object));
  const loose = new Set(
    keys.map(({ identity }) => identity.field).filter((name) => fields.get(name)?.unique === false),
  );
  return [...loose].map((name) => well(`${name} of ${object} is not unique: it works, at a call or two more for each`));
}

async function lookUps({ mappings }: Patient, connector: Connector): Promise<Finding[]> {
  const keys = new Map(
    mappings.flatMap(({ sections }) =>
      sections.map(
        ({ object, identity }) => [`${object} by ${identity.field}`, { object, field: identity.field }] as const,
      ),
    ),
  );
  await Promise.all(
    [...keys.values()].map(({ object, field }) =>
      connector.find({ object, by: { field, value: NOBODY }, select: [field] }),
    ),
  );
  return [well(`records can be looked up: ${[...keys.keys()].join(", ")}`)];
}

function allowance(limits: ReadonlyMap<LimitReport["window"], LimitReport>, reserve: number): Finding {
  const day = limits.get("daily");
  if (day === undefined) return well("it does not say how many calls are left today");
  const left = `${day.remaining} of ${day.limit} calls are left today`;
  if (day.remaining > Math.max(reserve, day.limit * FEW)) return well(left);
  return ill(
    `${left}${reserve > 0 ? `, and ${reserve} are reserved for others` : ""}.`,
    "see what uses them up, or ask for more.",
  );
}
