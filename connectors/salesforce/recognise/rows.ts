/** What becomes of a bad row and of its call. */
import { CrmError } from "../../errors.ts";
import type { Facts, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import { askRows, type Probing, rowOf, settle } from "./ask.ts";
import { emailFieldOf } from "./fields.ts";

const CREATE = { method: "POST", rules: "pass" } as const;
const ROLLED_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK";

/** @param people two for each of the three probes, the last two of whom get one key */
export async function probeRows(probing: Probing, people: readonly TestRecord[]): Promise<Facts> {
  const [one, bad, two, worse, three, twin] = people;
  if (!one || !bad || !two || !worse || !three || !twin) {
    return open(["rollsBack", "badInput", "namesDuplicates"], "the mapping makes no test people");
  }
  return {
    ...(await settle(["rollsBack"], () => probeRollBack(probing, one, bad))),
    ...(await settle(["badInput"], () => probeBadInput(probing, two, worse))),
    ...(await settle(["namesDuplicates"], () => probeTwin(probing, three, twin))),
  };
}

/** An e-mail address that is none, beside a person who is well. */
async function probeRollBack(probing: Probing, good: TestRecord, bad: TestRecord): Promise<Facts> {
  const email = emailFieldOf(bad);
  if (email === undefined) return open(["rollsBack"], "the mapping writes no e-mail address");
  const rows = await askRows(probing, CREATE, [rowOf(good), rowOf(bad, { [email]: "no address" })]);
  if (rows instanceof CrmError) return open(["rollsBack"], "a bad address fails the whole call");
  const [first, second] = rows;
  if (second?.kind !== "refused") return open(["rollsBack"], "Salesforce took an e-mail address that is none");
  return { rollsBack: { settled: first?.kind === "refused" && first.fault.code === ROLLED_BACK } };
}

async function probeBadInput(probing: Probing, good: TestRecord, bad: TestRecord): Promise<Facts> {
  const rows = await askRows(probing, CREATE, [rowOf(good), rowOf(bad, { BB_No_Such_Field__c: "nothing" })]);
  if (rows instanceof CrmError) return { badInput: { settled: "call" } };
  return rows.some(({ kind }) => kind === "refused")
    ? { badInput: { settled: "row" } }
    : open(["badInput"], "Salesforce took a field that it does not have");
}

async function probeTwin(probing: Probing, person: TestRecord, twin: TestRecord): Promise<Facts> {
  await askRows(probing, CREATE, [rowOf(person)]);
  const rows = await askRows(probing, CREATE, [rowOf({ ...twin, key: person.key })]);
  const row = rows instanceof CrmError ? undefined : rows[0];
  if (row?.kind !== "refused" || row.fault.code !== "DUPLICATE_VALUE") {
    return open(["namesDuplicates"], "Salesforce did not refuse a second record of one key as a duplicate value");
  }
  return { namesDuplicates: { settled: !row.fault.message.includes("<unknown>") } };
}
