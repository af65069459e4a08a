/** Whether a duplicate rule keeps a second person of one e-mail or name out, and how it says so. */
import { z } from "zod";
import { CrmError } from "../../errors.ts";
import type { Facts, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import type { SalesforceFacts } from "../../world/salesforce.ts";
import { askRows, type Probing, type RowAnswer, rowOf } from "./ask.ts";
import { emailFieldOf } from "./fields.ts";

type Rule = Exclude<Extract<SalesforceFacts["duplicateRule"], { settled: unknown }>["settled"], "none">;

const STRICT = { method: "POST", rules: "strict" } as const;

const result = z.looseObject({
  allowSave: z.boolean().optional(),
  matchResults: z.array(z.looseObject({ matchRecords: z.array(z.unknown()).optional() })).optional(),
});
const refusedRow = z.looseObject({
  errors: z.array(z.looseObject({ duplicateResult: result.optional() })),
  duplicateResult: result.optional(),
});

/** @param people of whom the first is there then, the second may be */
export async function probeDuplicateRule(probing: Probing, people: readonly TestRecord[]): Promise<Facts> {
  const [first, second, third, fourth] = people;
  if (!first || !second || !third || !fourth) return open(["duplicateRule"], "the mapping makes no test people");
  const email = emailFieldOf(first);
  if (email === undefined) return open(["duplicateRule"], "the mapping writes no e-mail address");
  const there = await askRows(probing, { method: "POST", rules: "pass" }, [rowOf(first), rowOf(second)]);
  if (there instanceof CrmError) return open(["duplicateRule"], "no test people could be made");
  const same = (person: TestRecord, field: string): object => rowOf(person, { [field]: first.values[field] });
  const byEmail = ruleIn(await askRows(probing, STRICT, [same(third, email)]), "Email");
  const rule = byEmail ?? ruleIn(await askRows(probing, STRICT, [same(fourth, "LastName")]), "LastName");
  if (rule === undefined) return { duplicateRule: { settled: "none" } };
  const field = rule.by === "Email" ? email : "LastName";
  const [, other] = there;
  const change = {
    attributes: { type: first.object },
    id: other?.kind === "saved" ? other.id : "",
    [field]: first.values[field],
  };
  const edited = ruleIn(await askRows(probing, { ...STRICT, method: "PATCH" }, [change]), rule.by);
  return { duplicateRule: { settled: { ...rule, edits: edited !== undefined } } };
}

function ruleIn(rows: readonly RowAnswer[] | CrmError, by: Rule["by"]): Omit<Rule, "edits"> | undefined {
  const row = rows instanceof CrmError ? undefined : rows[0];
  if (row?.kind !== "refused" || row.fault.code !== "DUPLICATES_DETECTED") return undefined;
  const { errors = [], duplicateResult } = refusedRow.safeParse(row.raw).data ?? {};
  const inError = errors[0]?.duplicateResult;
  const said = inError ?? duplicateResult;
  const names = (said?.matchResults ?? []).some(({ matchRecords = [] }) => matchRecords.length > 0);
  return {
    action: said?.allowSave === true ? "alert" : "block",
    by,
    matches: !names ? "nowhere" : inError === undefined ? "row" : "error",
  };
}
