/** Breaks of what an operator decides by: what was there before, who is who, and what comes next. */
import type { Break } from "../../bench/breaks-list.ts";

const before = (only: string) => ["test/convergence/before.test.ts", only] as const;
const page = (only: string) => ["test/admin/deciding.test.ts", only] as const;
const find = (crm: string, only: string) => [`test/connectors/${crm}/find.test.ts`, only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what an adopted record held is not looked at",
    file: "src/sync/written-record.ts",
    from: "select: guarded, also: overwritten(plan.fields) }",
    to: "select: guarded }",
    caughtBy: before("an adopted record's values"),
    invariant: "K1",
  },
  {
    name: "who is picked is asked about again, where we last wrote something else to the record",
    file: "src/sync/same-person.ts",
    from: "pointer.picked === true ||",
    to: "",
    caughtBy: before("so are those of a picked record"),
    invariant: "K3",
  },
  {
    name: "a text of the CRM's stands in the timeline at its full length",
    file: "src/sync/pass-notes.ts",
    from: "value.length <= MOST_BEFORE) return value;",
    to: "value.length > 0) return value;",
    caughtBy: before("a text of any length"),
    invariant: "K1",
  },
  {
    name: "a field that our user may not read keeps a person from being found in Salesforce",
    file: "connectors/salesforce/unreadable.ts",
    from: 'if (code !== "INVALID_FIELD" || asked.length === 0) return false;',
    to: 'if (code === "INVALID_FIELD" || asked.length === 0) return false;',
    caughtBy: find("salesforce", "what cannot is found out once"),
    invariant: "K1",
  },
  {
    name: "a property that our app may not read keeps a person from being found in HubSpot",
    file: "connectors/hubspot/besides.ts",
    from: "if (!answers.some(isForbidden)) return answers;",
    to: "if (answers.length > 0) return answers;",
    caughtBy: find("hubspot", "are made without them"),
    invariant: "K1",
  },
  {
    name: "what is read as well splits a query in two",
    file: "connectors/salesforce/find.ts",
    from: "full.length > alone.length ? [alone, { ...asked, also: [] }] : [full, asked];",
    to: "full.length < alone.length ? [alone, { ...asked, also: [] }] : [full, asked];",
    caughtBy: find("salesforce", "do without them where a query would not hold"),
    invariant: "K1",
  },
  {
    name: "who picks does not see what tells people apart",
    file: "src/operate/candidates.ts",
    from: "const telling = connector.tellingFields?.(plan.object) ?? [];",
    to: "const telling: readonly TellingField[] = [];",
    caughtBy: page("shows what tells people apart in Salesforce"),
    invariant: "K2",
  },
  {
    name: "owners whom HubSpot does not name keep the question from being asked",
    file: "src/operate/candidates.ts",
    from: "if (error instanceof CrmError) return [];",
    to: "if (!(error instanceof CrmError)) return [];",
    caughtBy: page("where HubSpot shows no names of owners"),
    invariant: "K2",
  },
  {
    name: "one pick is for one purchase",
    file: "src/operate/pick.ts",
    from: "...others.purchaseIds];",
    to: "];",
    caughtBy: page("is one for all purchases of the person"),
    invariant: "K3",
  },
  {
    name: "one pick is for everybody who waits with the same question",
    file: "src/operate/questions.ts",
    from: "return knownAs(await personPlan(deps, crm, purchaseId, plan.section)) === knownAs(plan);",
    to: "return knownAs(await personPlan(deps, crm, purchaseId, plan.section)) !== undefined;",
    caughtBy: page("is one for all purchases of the person"),
    invariant: "K3",
  },
  {
    name: "the next question is the newest",
    file: "src/operate/questions.ts",
    from: "toSorted((a, b) => a.at - b.at)",
    to: "toSorted((a, b) => b.at - a.at)",
    caughtBy: page("leads to the question that has waited longest"),
    invariant: "K4",
  },
  {
    name: "what was just answered is the next question",
    file: "src/operate/questions.ts",
    from: ".again !== undefined;",
    to: ".again === null;",
    caughtBy: page("is one for all purchases of the person"),
    invariant: "K4",
  },
];
