/** `crm-sync mapping test --record`: a stored purchase as a test of the mapping in force, without anybody's data. */
import { basename } from "node:path";
import { stringify } from "yaml";
import { decisionBody } from "../booking/decision.ts";
import { type PersonalText, personalTexts } from "../booking/personal.ts";
import { withStandIns } from "../booking/stand-ins.ts";
import type { PurchaseState } from "../booking/types.ts";
import { wordsIn } from "../mapping/mapping-words.ts";
import type { MappingSet } from "../mapping/set.ts";
import type { TestStep } from "../mapping/test-file.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { namesOf, type Outcome } from "./expected.ts";
import { evaluateTest, stateAfter } from "./mapping-tests.ts";
import { readPurchase } from "./purchase.ts";

/** Nothing is kept of the purchase that could be told again. */
class NothingToRecordError extends Error {
  readonly kind = "nothing_to_record";
  override readonly name = "NothingToRecordError";
}

/** @returns the text of a test file. @throws NothingToRecordError, UnknownCrmError, and the first planning error */
export async function recordTest(deps: OperateDeps, crm: string, purchaseId: string): Promise<string> {
  crmOf(deps, crm);
  const { arrivals = [], olderArrivals = 0 } = (await readPurchase(deps, purchaseId)) ?? {};
  const heard = arrivals.map(({ body, route, receivedAt }) => ({ body: JSON.parse(body), route, at: receivedAt }));
  const history = heard.filter(({ body }) => !decisionBody.safeParse(body).success);
  if (history.length === 0) {
    throw new NothingToRecordError(`Of purchase ${purchaseId} no notification is kept, or no longer.`);
  }
  const missing = [
    ...(olderArrivals > 0 ? [`${olderArrivals} notifications between these are not kept any more.`] : []),
    ...(heard.length > history.length ? ["What a person decided about its bookings is not in it."] : []),
  ];
  return testOf(history, crm, deps.mappings.current().set, missing);
}

/** @param missing sentences on what the test does not tell */
export function testOf(
  history: readonly TestStep[],
  crm: string,
  set: MappingSet,
  missing: readonly string[] = [],
): string {
  const own = set.mappings.filter((mapping) => mapping.crm === crm);
  const personal = history.flatMap((step) => namedIn(stateAfter([step])));
  const words = new Set(own.flatMap(wordsIn));
  const bodies = withStandIns(
    history.map(({ body }) => body),
    { personal, words },
  );
  const steps = history.map(({ route, at }, index) => ({ body: bodies[index], route, at }));
  const outcome = evaluateTest({ crm, mapping: undefined, history: steps }, set);
  const [mapping, ...others] = outcome.mappings;
  const head = [
    "Recorded from a purchase; the people, texts, answers and numbers in it are invented.",
    ...missing,
    "Keep of `writes` what the test is about, and say what that is.",
  ];
  const test = {
    about: "A recorded purchase",
    crm,
    ...(mapping !== undefined && others.length === 0 && { mapping: basename(mapping.file) }),
    history: steps,
    writes: writesOf(outcome),
    ...skippedIn(outcome),
  };
  return `${head.map((line) => `# ${line}\n`).join("")}${stringify(test, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** Whoever a purchase names: its people, and the staff. */
function namedIn(state: PurchaseState): PersonalText[] {
  const staff = Object.values(state.bookings).map(({ body }) => body.person_name);
  const names = staff.filter((name) => typeof name === "string").map((text) => ({ text, isName: true }));
  return [...personalTexts(state), ...names];
}

function writesOf({ plans }: Outcome): Record<string, Record<string, unknown>> {
  const records = plans.map((plan) => {
    const id = plan.identity.value === undefined ? {} : { [plan.identity.field]: plan.identity.value };
    const fields = plan.fields.map(({ field, value }) => [field, value] as const);
    return [namesOf(plan, plans), { ...id, ...Object.fromEntries(fields) }] as const;
  });
  return Object.fromEntries(records);
}

function skippedIn({ plans, mappings }: Outcome): { readonly skipped?: readonly string[] } {
  const names = new Set(mappings.flatMap(({ sections }) => sections.map(({ name }) => name)));
  const skipped = [...names].filter((name) => !plans.some(({ section }) => section === name));
  return skipped.length === 0 ? {} : { skipped };
}
