/** `crm-sync doctor`: Redis and BookingBug's API where they are configured, and each CRM examined, and on request tried. */
import { connectors as definitions } from "../../../connectors/index.ts";
import type { Facts } from "../../../connectors/recognise.ts";
import { readRedisSettings } from "../../config/config.ts";
import { type EnvironmentRecord, setVariables } from "../../config/environment.ts";
import { isProduction } from "../../config/production.ts";
import { readMappings } from "../../mapping/loader.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { judgeMappings } from "../../mapping/parse-all.ts";
import { MappingFileError, type MappingProblem } from "../../mapping/problems.ts";
import type { TokensOf } from "../deps.ts";
import { examineBookingBug } from "./bookingbug.ts";
import { type Examined, examine } from "./examine.ts";
import { type Finding, formatFinding, ill, type Report } from "./finding.ts";
import { examineRedis, type RedisPatient } from "./redis.ts";
import { tryWriting } from "./trial.ts";
import { recogniseWorld } from "./world.ts";

export interface DoctorOptions {
  readonly environment: EnvironmentRecord;
  /** Only this CRM; all that `CRM` names when absent. */
  readonly crm: string | undefined;
  readonly writeTest: boolean;
  /** The folder of the mapping files. */
  readonly folder: string;
  /** Called with each line as soon as it is known. */
  readonly say: (line: string) => void;
  /** Called with what was found out of each CRM that was written to. */
  readonly keep?: ((crm: string, facts: Facts) => void) | undefined;
  /** The service's own; absent where its configuration is not complete. */
  readonly tokens?: TokensOf | undefined;
  /** Absent where none is configured, or it is one of the machine's own. */
  readonly redis?: RedisPatient | undefined;
}

/** @returns how many things are not well */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  let count = 0;
  const tell = (title: string) => (finding: Finding) => {
    if (!finding.ok) count += 1;
    options.say(formatFinding(title, finding));
  };
  const environment = setVariables(options.environment);
  const names = options.crm === undefined ? listed(environment.CRM) : [options.crm.toLowerCase()];
  const known = definitions.map(({ crm }) => crm);
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    const what = names.length === 0 ? "CRM is not set." : `nothing is known of ${unknown.join(", ")}.`;
    tell("Configuration")(ill(what, `set CRM to one or several of ${known.join(", ")}, separated by commas.`));
  }
  if (options.crm === undefined && options.redis !== undefined) await examineRedis(options.redis, tell("Redis"));
  if (options.crm === undefined) await examineBookingBug(environment, new Date(), tell("BookingBug"));
  const { mappings, problems } = await judged(options.folder);
  for (const { file, line, column, message } of problems) {
    tell("Mappings")(
      ill(`${file}:${line}:${column}: ${message}.`, "correct the file; `crm-sync mapping check` shows the place."),
    );
  }
  if (problems.length > 0) return count;
  for (const definition of definitions.filter(({ crm }) => names.includes(crm))) {
    const own = mappings.filter(({ crm }) => crm === definition.crm);
    const report = tell(definition.title);
    const examined = await examine({ definition, environment, mappings: own, tokens: options.tokens }, report);
    if (examined === undefined) continue;
    examined.takeCalls();
    if (options.writeTest) await treat(options, examined, own, report);
    await examined.connector.close();
  }
  return count;
}

/** As far as it is configured, whatever else is missing. @returns undefined for one of the machine's own, which is nobody's to look after */
export function redisPatient(environment: EnvironmentRecord): RedisPatient | undefined {
  const target = readRedisSettings(environment);
  if (target?.kind !== "external") return undefined;
  const set = setVariables(environment);
  return { target, production: isProduction(set), crms: Math.max(1, listed(set.CRM).length) };
}

/** Where the trial's own records could not be removed, no more are made. */
async function treat(
  { keep }: DoctorOptions,
  examined: Examined,
  mappings: readonly Mapping[],
  report: Report,
): Promise<void> {
  const now = new Date();
  if (!(await tryWriting(examined, mappings, now, report))) return;
  const facts = await recogniseWorld(examined, mappings, now, report);
  if (facts !== undefined) keep?.(examined.chosen.crm, facts);
}

function listed(crm: string | undefined): string[] {
  return (crm ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

async function judged(folder: string): Promise<{ mappings: readonly Mapping[]; problems: readonly MappingProblem[] }> {
  try {
    return judgeMappings(await readMappings(folder));
  } catch (error) {
    if (!(error instanceof MappingFileError)) throw error;
    return { mappings: [], problems: error.problems };
  }
}
