/** What a mapping looks for in the CRM before a booking can be planned, and what is found for its expressions. Pure. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { MappingContext } from "./context.ts";
import { evaluate, holdsFor, type Run, startRun, toFieldValue } from "./evaluate.ts";
import type { Constant, Expression, LookUp, Mapping } from "./mapping.ts";

export interface PlannedWay {
  /** Absent where it is found by the record that it points to. */
  readonly by: { readonly field: string; readonly value: string } | undefined;
  /** What else a record holds that is meant. */
  readonly also: Readonly<Record<string, FieldValue>>;
}

/** A record to be found; without ways there is nothing to find it by. */
export interface PlannedLookUp {
  readonly lookUp: LookUp;
  readonly ways: readonly PlannedWay[];
}

/** A record that was found, with the fields that expressions read. */
export interface FoundRecord {
  readonly object: string;
  readonly id: string;
  readonly values: Readonly<Record<string, FieldValue>>;
}

/** Found records by the name of the section that finds them. */
export type Found = ReadonlyMap<string, FoundRecord>;

/** @returns what is to be found for a booking, or for the purchase's people where it is undefined. @throws MappingError */
export function lookUpsOf(mapping: Mapping, context: MappingContext, bookingId: string | undefined): PlannedLookUp[] {
  if (mapping.lookUps.length === 0) return [];
  const run = startRun(context, bookingId);
  return mapping.lookUps
    .filter(
      ({ per, when }) => (per !== "booking" || bookingId !== undefined) && (when === undefined || holdsFor(when, run)),
    )
    .map((lookUp) => ({ lookUp, ways: waysOf(lookUp, run) }));
}

/** A way of which BookingBug says nothing finds nothing. */
function waysOf({ ways, by }: LookUp, run: Run): PlannedWay[] {
  return ways.flatMap(({ field, value, also }): PlannedWay[] => {
    const all = [{ field, value }, ...also].map((one) => ({ field: one.field, value: given(one.value, run) }));
    const said = all.flatMap(({ field: name, value: is }) => (is === undefined ? [] : [[name, is] as const]));
    const [first, ...others] = said;
    if (first === undefined || said.length < all.length) return [];
    if (by !== undefined) return [{ by: undefined, also: Object.fromEntries(said) }];
    return [{ by: { field: first[0], value: String(first[1]) }, also: Object.fromEntries(others) }];
  });
}

function given(value: Expression | Constant, run: Run): FieldValue | undefined {
  return "constant" in value ? value.constant : toFieldValue(evaluate(value, run), value.source);
}

/** The context with what was found, for expressions to read by the name of the section that finds it. */
export function withFound(context: MappingContext, found: Found): MappingContext {
  if (found.size === 0) return context;
  const variables = [...found].map(([name, { id, values }]) => [name, { ...values, Id: id, id }]);
  return { ...context, ...Object.fromEntries(variables) };
}
