/** How an account answers batches: what a result and an error say of their inputs, and what becomes of a bad one's batch. */
import type { Facts, Ground, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import type { HubspotFacts } from "../../world/hubspot.ts";
import type { BatchAnswer, ResultItem } from "../batch-shape.ts";
import { askBatch, type Probing, propertiesOf, settle } from "./ask.ts";

/** The roles of the test people. */
interface Cast {
  readonly good: readonly [TestRecord, TestRecord, TestRecord];
  readonly bad: TestRecord;
}

const MIXED = ["batchFailure", "errorNames"] as const;
const ECHO = ["resultNames", "resultOrder"] as const;

/** @returns the facts, and the ids of the people that were made, as far as they are known to be theirs */
export async function probeBatches(
  probing: Probing,
  { people }: Ground,
): Promise<{ readonly facts: Facts; readonly ids: readonly string[] }> {
  const [one, two, three, bad] = people;
  if (one === undefined || two === undefined || three === undefined || bad === undefined) return { facts: {}, ids: [] };
  const cast: Cast = { good: [one, two, three], bad };
  let ids: readonly string[] = [];
  const echo = await settle(probing, ECHO, async () => {
    const inputs = cast.good.map((person) => ({
      properties: propertiesOf(person),
      objectWriteTraceId: person.key.value,
      associations: [],
    }));
    const answer = await askBatch(probing, one.object, "create", { inputs });
    if (answer === undefined) return open(ECHO, "HubSpot refused three test people");
    const results = answer.results.filter((result) => result !== undefined);
    ids = results.map(({ id }) => id);
    return echoOf(results, cast.good);
  });
  const mixed = await settle(probing, MIXED, () => probeMixed(probing, cast));
  return { facts: { ...echo, ...mixed }, ids };
}

function echoOf(results: readonly ResultItem[], sent: readonly TestRecord[]): Facts {
  const keys = sent.map(({ key }) => key.value);
  const traced = results.map(({ traceId }) => traceId);
  const echoed = results.map(({ properties }) => properties?.[sent[0]?.key.field ?? ""]);
  const fits = (names: readonly unknown[]): boolean => keys.every((key) => names.includes(key));
  const [byTrace, byProperty] = [fits(traced), fits(echoed)];
  if (!byTrace && !byProperty) return open(ECHO, "a result says nothing of its input");
  const order = (byTrace ? traced : echoed).join();
  const resultOrder: HubspotFacts["resultOrder"] =
    order === keys.join()
      ? { settled: "as_sent" }
      : order === keys.toReversed().join()
        ? { settled: "reversed" }
        : { open: "the results came neither as sent nor reversed" };
  return {
    resultNames: { settled: byTrace && byProperty ? "both" : byTrace ? "trace_id" : "properties" },
    resultOrder,
  };
}

/** An e-mail address that is none, beside a person who is well. */
async function probeMixed(probing: Probing, { good: [good], bad }: Cast): Promise<Facts> {
  const { object, key } = bad;
  const upsert = [good, { ...bad, values: { ...bad.values, email: "no address" } }].map((person) => ({
    id: person.key.value,
    idProperty: key.field,
    objectWriteTraceId: person.key.value,
    properties: propertiesOf(person),
  }));
  if (!(await probing.properties.mayBeUnique(object, key.field))) {
    return open(MIXED, `${key.field} of ${object} is not unique`);
  }
  const answer = await askBatch(probing, object, "upsert", { inputs: upsert });
  if (answer === undefined) {
    return {
      batchFailure: { settled: "whole" },
      errorNames: { open: "a bad input fails the whole batch, which names nobody" },
    };
  }
  if (answer.errors.length === 0) return open(MIXED, "HubSpot took an e-mail address that is none");
  return { batchFailure: { settled: "multi_status" }, errorNames: namesOf(answer, bad.key.value) };
}

function namesOf({ errors }: BatchAnswer, value: string): HubspotFacts["errorNames"] {
  if (errors.some(({ traceIds }) => traceIds.includes(value))) return { settled: "trace_id" };
  return { settled: errors.some(({ ids }) => ids.includes(value)) ? "id" : "nothing" };
}
