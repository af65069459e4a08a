/** Which world the CRM is: found out by its connector, said line by line, and kept for whoever wants to play it. */
import { type Facts, type Ground, PEOPLE, type TestRecord } from "../../../connectors/recognise.ts";
import type { Mapping, Section } from "../../mapping/mapping.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import { mappingChooser } from "../../mapping/set.ts";
import { plansOf } from "../preview.ts";
import type { Examined } from "./examine.ts";
import { explain } from "./explain.ts";
import { ill, type Report, well } from "./finding.ts";
import { strangers } from "./trial-booking.ts";

/** @returns undefined when there is nothing to be said of it */
export async function recogniseWorld(
  examined: Examined,
  mappings: readonly Mapping[],
  now: Date,
  report: Report,
): Promise<Facts | undefined> {
  const { connector, chosen } = examined;
  const [mapping] = mappings;
  if (mapping === undefined || connector.recognise === undefined) return undefined;
  try {
    const { facts, left } = await connector.recognise(groundOf(examined, mapping, mappings, now));
    for (const line of linesOf(facts)) report(well(line));
    for (const { object, id } of left) {
      report(ill("a test record could not be removed.", `remove it by hand: ${connector.recordUrl(object, id)}`));
    }
    return facts;
  } catch (error) {
    report(explain("which world it is could not be found out", error, chosen));
    return undefined;
  } finally {
    examined.takeCalls();
  }
}

function groundOf({ chosen, limits }: Examined, mapping: Mapping, mappings: readonly Mapping[], now: Date): Ground {
  const chooser = mappingChooser({ mappings }, chosen.crm);
  const section = mapping.sections.find(({ per }) => per === "person")?.name;
  const people = strangers(now, mapping, PEOPLE).flatMap((state) =>
    toPerson(plansOf(state, chooser).find((plan) => plan.section === section)),
  );
  const objects = mappings.flatMap(({ sections }) => sections.map((one) => [one.object, written(one)] as const));
  return {
    people,
    objects: new Map(objects),
    limits: new Map([...limits].map(([window, { limit }]) => [window, limit])),
  };
}

function written({ identity, fields, on }: Section): { key: string; fields: readonly string[] } {
  const rules = [...fields, ...Object.values(on).flat()];
  return { key: identity.field, fields: [...new Set([identity.field, ...rules.map(({ field }) => field)])] };
}

function toPerson(plan: RecordPlan | undefined): TestRecord[] {
  if (plan === undefined) return [];
  const { object, identity, fields } = plan;
  if (identity.value === undefined) return [];
  const values = Object.fromEntries(fields.map(({ field, value }) => [field, value]));
  return [{ object, key: { field: identity.field, value: identity.value }, values }];
}

/** Settled first. */
function linesOf(facts: Facts): string[] {
  const entries = Object.entries(facts);
  const settled = entries.flatMap(([name, fact]) =>
    "settled" in fact ? [`settled: ${name} is ${JSON.stringify(fact.settled)}`] : [],
  );
  return [...settled, ...entries.flatMap(([name, fact]) => ("open" in fact ? [`open: ${name}, ${fact.open}`] : []))];
}
