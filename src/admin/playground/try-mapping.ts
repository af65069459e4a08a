/** Tries a mapping on a booking, beside the mapping in force, without writing anything anywhere. */
import type { Connector } from "../../../connectors/connector.ts";
import { CrmError } from "../../../connectors/errors.ts";
import type { PurchaseState } from "../../booking/types.ts";
import { mappingContext } from "../../mapping/context.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { parseMapping } from "../../mapping/parse.ts";
import { overlaps } from "../../mapping/parse-all.ts";
import type { PersonsBookings } from "../../mapping/persons-bookings.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import { MappingFileError, type MappingProblem, problemAtKey } from "../../mapping/problems.ts";
import { type MappingSet, NoMappingError, selectMapping } from "../../mapping/set.ts";
import { judgeInCrm } from "../../operate/mapping-check.ts";
import { leftOutIn, previewOf } from "../../operate/preview.ts";
import { allOf } from "../../sync/plan-purchase.ts";
import type { Sample } from "./sample.ts";

/** What a mapping makes of a purchase. */
export interface Planned {
  readonly plans: readonly RecordPlan[];
  /** Why it makes nothing of some bookings, in sentences. */
  readonly failures: readonly string[];
  /** What it leaves out and why, in sentences. */
  readonly leftOut: readonly string[];
}

export interface Tried {
  readonly problems: readonly MappingProblem[];
  readonly sample: Sample;
  /** Undefined while there are problems, or no sample. */
  readonly planned: Planned | undefined;
  readonly plannedInForce: Planned | undefined;
  /** Which other file writes what the sample is of, in sentences; none where it is this one. */
  readonly elsewhere: readonly string[];
  readonly check: Check;
}

export type Check =
  | { readonly kind: "not_asked" }
  | {
      readonly kind: "checked";
      readonly problems: readonly MappingProblem[];
      readonly warnings: readonly MappingProblem[];
    }
  | { readonly kind: "failed"; readonly message: string };

export interface Trial {
  readonly file: string;
  readonly text: string;
  readonly sample: Sample;
  /** What is in force. */
  readonly set: MappingSet;
  /** That are written to here. */
  readonly crms: readonly string[];
  /** The CRM to check the mapping against; undefined when that is not asked for. */
  readonly connector: Connector | undefined;
}

export async function tryMapping({ file, text, sample, set, crms, connector }: Trial): Promise<Tried> {
  const inForce = set.mappings.find((mapping) => mapping.file === file);
  const others = set.mappings.filter((mapping) => mapping !== inForce);
  const parsed = parse(text, file, others, inForce === undefined ? crms : [...crms, inForce.crm]);
  const edited = parsed.kind === "mapping" ? parsed.mapping : undefined;
  const own = [edited, inForce].filter((mapping) => mapping !== undefined);
  const theirs = sample.kind === "found" ? await sample.theirs({ mappings: own }) : undefined;
  const plan = (mapping: Mapping | undefined) =>
    mapping === undefined || sample.kind === "none" ? undefined : planned(mapping, sample.state, theirs);
  return {
    problems: parsed.kind === "problems" ? parsed.problems : [],
    sample,
    planned: plan(edited),
    plannedInForce: plan(inForce),
    elsewhere: edited === undefined || sample.kind === "none" ? [] : servedBy(sample.state, edited, others),
    check: edited === undefined ? { kind: "not_asked" } : await check(edited, connector),
  };
}

type Parsed =
  | { readonly kind: "mapping"; readonly mapping: Mapping }
  | { readonly kind: "problems"; readonly problems: readonly MappingProblem[] };

/** @param others files in force, beside which this one has to stand. @param crms that it may be for */
function parse(text: string, file: string, others: readonly Mapping[], crms: readonly string[]): Parsed {
  try {
    const mapping = parseMapping(text, file);
    const problems = [...overlaps([...others, mapping]), ...otherCrm(mapping, crms)];
    return problems.length > 0 ? { kind: "problems", problems } : { kind: "mapping", mapping };
  } catch (error) {
    if (error instanceof MappingFileError) return { kind: "problems", problems: error.problems };
    throw error;
  }
}

/** In force, it would be read and never used. */
function otherCrm(mapping: Mapping, crms: readonly string[]): MappingProblem[] {
  const { crm } = mapping;
  if (crms.includes(crm)) return [];
  const known = crms.map((one) => `\`${one}\``).join(" or ");
  return [problemAtKey(mapping, "crm", `this service does not write to a CRM named \`${crm}\`; write ${known}`)];
}

/** Whatever company the booking is of: what is tried is this file. */
function planned(mapping: Mapping, state: PurchaseState, theirs: PersonsBookings | undefined): Planned {
  const choose = (): Mapping => mapping;
  const { plans, failures } = previewOf(state, choose, theirs);
  return {
    plans,
    failures: [...new Set(failures.map(({ error }) => messageOf(error)))],
    leftOut: leftOutIn(state, choose, theirs),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "The mapping failed without saying why.";
}

/** What is tried may be another file's to write. */
function servedBy(state: PurchaseState, edited: Mapping, others: readonly Mapping[]): string[] {
  const set = { mappings: [...others, edited] };
  const sentences = allOf(state).flatMap((bookingId) => {
    const { companyIds } = mappingContext(state, bookingId);
    try {
      const { file } = selectMapping(set, edited.crm, companyIds);
      if (file === edited.file) return [];
      return [`Company ${companyIds.join(" or ")} is served by ${file}: what is below would not be written.`];
    } catch (error) {
      if (!(error instanceof NoMappingError)) throw error;
      return [`What is below would not be written. ${error.message}`];
    }
  });
  return [...new Set(sentences)];
}

async function check(mapping: Mapping, connector: Connector | undefined): Promise<Check> {
  if (connector === undefined) return { kind: "not_asked" };
  if (connector.crm !== mapping.crm) {
    return { kind: "failed", message: `The file is for ${mapping.crm}, and the CRM asked is ${connector.crm}.` };
  }
  try {
    return { kind: "checked", ...(await judgeInCrm({ mappings: [mapping] }, [connector])) };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { kind: "failed", message: `The CRM could not be asked: ${error.message}` };
  }
}
