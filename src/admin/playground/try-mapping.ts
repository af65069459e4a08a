/** Tries a mapping on a booking, beside the mapping in force, without writing anything anywhere. */
import type { Connector } from "../../../connectors/connector.ts";
import { CrmError } from "../../../connectors/errors.ts";
import type { PurchaseState } from "../../booking/types.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { parseMapping } from "../../mapping/parse.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import { MappingFileError, type MappingProblem } from "../../mapping/problems.ts";
import { checkMappings } from "../../operate/mapping-check.ts";
import { plansOf } from "../../operate/preview.ts";
import type { Sample } from "./sample.ts";

/** What a mapping makes of a booking, or why it makes nothing. */
export type Planned =
  | { readonly kind: "plans"; readonly plans: readonly RecordPlan[] }
  | { readonly kind: "failed"; readonly message: string };

export interface Tried {
  readonly problems: readonly MappingProblem[];
  readonly sample: Sample;
  /** Undefined while there are problems, or no sample. */
  readonly planned: Planned | undefined;
  readonly plannedInForce: Planned | undefined;
  readonly check: Check;
}

export type Check =
  | { readonly kind: "not_asked" }
  | { readonly kind: "checked"; readonly problems: readonly MappingProblem[] }
  | { readonly kind: "failed"; readonly message: string };

export interface Trial {
  readonly file: string;
  readonly text: string;
  readonly sample: Sample;
  readonly inForce: Mapping | undefined;
  /** The CRM to check the mapping against; undefined when that is not asked for. */
  readonly connector: Connector | undefined;
}

export async function tryMapping({ file, text, sample, inForce, connector }: Trial): Promise<Tried> {
  const parsed = parse(text, file);
  const state = sample.kind === "found" ? sample.state : undefined;
  if (parsed.kind === "problems") {
    const { problems } = parsed;
    return {
      problems,
      sample,
      planned: undefined,
      plannedInForce: planned(inForce, state),
      check: { kind: "not_asked" },
    };
  }
  return {
    problems: [],
    sample,
    planned: planned(parsed.mapping, state),
    plannedInForce: planned(inForce, state),
    check: await check(parsed.mapping, connector),
  };
}

type Parsed =
  | { readonly kind: "mapping"; readonly mapping: Mapping }
  | { readonly kind: "problems"; readonly problems: readonly MappingProblem[] };

function parse(text: string, file: string): Parsed {
  try {
    return { kind: "mapping", mapping: parseMapping(text, file) };
  } catch (error) {
    if (error instanceof MappingFileError) return { kind: "problems", problems: error.problems };
    throw error;
  }
}

/** Whatever company the booking is of: what is tried is this file. */
function planned(mapping: Mapping | undefined, state: PurchaseState | undefined): Planned | undefined {
  if (mapping === undefined || state === undefined) return undefined;
  try {
    return { kind: "plans", plans: plansOf(state, () => mapping) };
  } catch (error) {
    return {
      kind: "failed",
      message: error instanceof Error ? error.message : "The mapping failed without saying why.",
    };
  }
}

async function check(mapping: Mapping, connector: Connector | undefined): Promise<Check> {
  if (connector === undefined) return { kind: "not_asked" };
  if (connector.crm !== mapping.crm) {
    return { kind: "failed", message: `The file is for ${mapping.crm}, and the CRM asked is ${connector.crm}.` };
  }
  try {
    const problems = await checkMappings({ mappings: [mapping] }, [connector]);
    return { kind: "checked", problems };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { kind: "failed", message: `The CRM could not be asked: ${error.message}` };
  }
}
